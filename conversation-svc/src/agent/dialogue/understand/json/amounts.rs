//! Numbers, ranks and amounts of money.

use serde_json::{Value, json};

use crate::agent::dialogue::understand::{
    number,
    words::{Break, Words},
};

/// Whole numbers up to here are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A whole number without a decimal point.
fn shown(n: f64) -> Value {
    if n.fract() == 0.0 && n.abs() < EXACT { json!(n as i64) } else { json!(n) }
}

/// Every number, of any kind.
pub fn numbers(words: &Words<'_>) -> Vec<Value> {
    every(words, |i| number::quantity(words, i).map(|(n, taken)| (shown(n), taken)))
}

/// Places in an order: numbers, or counted from the "end" or the "current" one.
pub fn ordinals(words: &Words<'_>) -> Vec<Value> {
    let relative = words.grammar().numbers.relative_ranks;
    every(words, |i| {
        let named = relative.iter().filter_map(|(phrase, rank)| words.phrase(i, phrase).map(|n| (json!(rank), n)));
        let rank = number::rank(words, i).map(|(n, taken)| (shown(n), taken));
        named.chain(rank).max_by_key(|(_, taken)| *taken)
    })
}

/// Amounts: "$20", "twenty dollars", "20 euros and 50 cents", "$2.5 billion".
pub fn money(words: &Words<'_>) -> Vec<Value> {
    every(words, |i| amount(words, i).map(|(n, code, taken)| (json!({ "amount": shown(n), "currency": code }), taken)))
}

fn every(words: &Words<'_>, read: impl Fn(usize) -> Option<(Value, usize)>) -> Vec<Value> {
    let (mut out, mut i) = (Vec::new(), 0);
    while i < words.len() {
        match read(i) {
            Some((value, taken)) => {
                out.push(value);
                i += taken.max(1);
            }
            None => i += 1,
        }
    }
    out
}

fn amount(words: &Words<'_>, i: usize) -> Option<(f64, &'static str, usize)> {
    let money = &words.grammar().money;
    if let Some(found) = behind_symbol(words, i) {
        return Some(found);
    }
    let one = money.one.contains(&words.norm(i)).then_some((1.0, 1));
    let (n, taken) = number::quantity(words, i).or(one)?;
    let hundredth =
        |at: usize| money.hundredths.iter().find(|(name, _)| *name == words.norm(at)).map(|(_, code)| *code);
    if let Some(code) = hundredth(i + taken) {
        return Some((n / 100.0, code, taken + 1));
    }
    let unit = money.units.iter().filter_map(|(name, code)| words.phrase(i + taken, name).map(|used| (*code, used)));
    let (code, used) = unit.max_by_key(|(_, used)| *used)?;
    let mut end = i + taken + used;
    let mut amount = n;
    let and = usize::from(money.and.contains(&words.norm(end)));
    if let Some((cents, used)) = number::quantity(words, end + and)
        .filter(|(cents, used)| *cents < 100.0 && hundredth(end + and + used).is_some())
    {
        amount += cents / 100.0;
        end += and + used + 1;
    } else if let Some((cents, used)) = number::quantity(words, end)
        .filter(|(cents, used)| (10.0..100.0).contains(cents) && cents.fract() == 0.0 && ends(words, end + used))
    {
        // "One dollar fifty"
        amount += cents / 100.0;
        end += used;
    }
    Some((amount, code, end - i))
}

/// Whether a clause ends before word `i`.
fn ends(words: &Words<'_>, i: usize) -> bool {
    i == words.len() || words.break_after(i - 1) != Break::None
}

/// "$2.5 billion"
fn behind_symbol(words: &Words<'_>, i: usize) -> Option<(f64, &'static str, usize)> {
    const SYMBOLS: [(char, &str); 5] = [('$', "USD"), ('€', "EUR"), ('£', "GBP"), ('¥', "JPY"), ('₩', "KRW")];
    let word = words.norm(i);
    let (figures, code) = SYMBOLS.iter().find_map(|(c, code)| word.strip_prefix(*c).map(|rest| (rest, *code)))?;
    // The rest is read as if the symbol were not there.
    let rest = format!("{figures} {}", words.norm(i + 1));
    let (amount, taken) = number::quantity(&words.like(&rest), 0)?;
    Some((amount, code, taken))
}
