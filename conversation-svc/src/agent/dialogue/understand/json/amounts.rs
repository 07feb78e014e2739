//! Numbers and amounts of money.

use serde_json::{Value, json};

use crate::agent::dialogue::understand::{number, words::Words};

pub fn numbers(words: &Words<'_>) -> Vec<u64> {
    let (mut out, mut i) = (Vec::new(), 0);
    while i < words.len() {
        match number::cardinal(words, i) {
            Some((n, taken)) => {
                out.push(n);
                i += taken;
            }
            None => i += 1,
        }
    }
    out
}

/// Amounts: "$20", "twenty dollars", "20 euros and 50 cents".
pub fn money(words: &Words<'_>) -> Vec<Value> {
    let money = &words.grammar().money;
    let (mut out, mut i) = (Vec::new(), 0);
    while i < words.len() {
        let word = words.norm(i);
        let symbol = [('$', "USD"), ('€', "EUR"), ('£', "GBP")]
            .into_iter()
            .find_map(|(c, code)| word.strip_prefix(c).map(|rest| (rest.replace(',', ""), code)));
        if let Some((amount, currency)) = symbol
            && let Ok(amount) = amount.parse::<f64>()
        {
            out.push(json!({ "amount": amount, "currency": currency }));
            i += 1;
            continue;
        }
        let Some((n, taken)) = number::cardinal(words, i) else {
            i += 1;
            continue;
        };
        let unit = words.norm(i + taken);
        let Some((_, currency)) = money.units.iter().find(|(name, _)| *name == unit) else {
            i += taken;
            continue;
        };
        i += taken + 1;
        let mut amount = n as f64;
        let and = usize::from(money.and.contains(&words.norm(i)));
        if let Some((cents, used)) = number::cardinal(words, i + and)
            .filter(|(c, used)| *c < 100 && money.hundredths.contains(&words.norm(i + and + used)))
        {
            amount += cents as f64 / 100.0;
            i += and + used + 1;
        }
        out.push(json!({ "amount": amount, "currency": currency }));
    }
    out
}
