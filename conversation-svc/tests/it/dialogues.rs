//! Whole conversations as scripts, run against the dialogue engine alone.
//!
//! A script is a file in `dialogues/` (in `dialogues/spanish/` for a business that speaks Spanish; in `existing/` of both what is said of appointments that
//! were made before): `now:` sets the clock, `taken:`, `lost:` and `unanswered:` set up the world,
//! `caller:` is an utterance (`goes on:` one that goes on with the turn before), and the lines under it are what it must lead to: `tool:` each tool call in order (a
//! prefix), `say:` and `not:` words of the reply (`says:` all of them), `summary` has the agent sum up, `expects:` what the reply asks for, `ends` and `stays` what follows it. `texts: off` sends no text messages. `unheard` reports that
//! nothing of the last reply was heard. `booked:` and `holds:` are checked at the end.
//!
//! `has: SERVICE | STAFF | START | NAME | PHONE OR E-MAIL` is an appointment that was made before, `notice:` how many minutes before its start one may
//! still be changed, and `changed meanwhile` has somebody else change all of them.

use std::path::Path;

use conversation_svc::{
    agent::dialogue::{After, Channel, Dialogue, Expectation, Reply, State, Step},
    turn::{guard, sentences},
};
use jiff::civil::DateTime;
use proto::Language;
use rstest::rstest;

use super::{
    fake_model,
    world::{self, Made, World},
};

struct Run {
    /// A model answers the turns that lead to tools.
    by_model: bool,
    turns_by_model: usize,
    world: World,
    state: State,
    turn: u32,
    tools: Vec<String>,
    reply: Option<Reply>,
    problems: Vec<String>,
    transcript: String,
}

impl Run {
    fn caller(&mut self, text: &str, goes_on: bool) {
        self.turn_over();
        self.turn += 1;
        self.transcript.push_str(&format!("  caller: {text}\n"));
        let business = self.world.business.clone();
        let dialogue = Dialogue { business: &business, now: self.world.now, turn: self.turn };
        if self.by_model {
            let whole = if goes_on { dialogue.rejoin(&mut self.state, text) } else { Some(text.to_owned()) };
            if let Some((called, reply)) =
                whole.as_ref().and_then(|text| fake_model::answer(&mut self.world, &dialogue, &mut self.state, text))
            {
                self.transcript.push_str(&format!("    model: {called:?}\n   agent: {}\n", reply.text));
                self.tools.extend(called);
                self.turns_by_model += 1;
                self.may_be_said(&dialogue, &reply);
                self.reply = Some(reply);
                return self.store();
            }
            if let Some(whole) = whole {
                return self.by_engine(&dialogue, whole.as_str(), false);
            }
        }
        self.by_engine(&dialogue, text, goes_on);
    }

    fn by_engine(&mut self, dialogue: &Dialogue<'_>, text: &str, goes_on: bool) {
        let business = dialogue.business;
        let mut step =
            if goes_on { dialogue.go_on(&mut self.state, text) } else { dialogue.hear(&mut self.state, text) };
        loop {
            match step {
                Step::Call(call) => {
                    let described = self.world.describe(&call);
                    self.transcript.push_str(&format!("    tool: {described}\n"));
                    self.tools.push(described);
                    assert!(self.tools.len() <= 6, "too many tools:\n{}", self.transcript);
                    step = dialogue.answered(&mut self.state, self.world.answer(call));
                }
                Step::Say(reply) => {
                    self.transcript.push_str(&format!("   agent: {} [{:?}]\n", reply.text, reply.expects));
                    if business.language != Language::English
                        && let Some(word) = english_word(&reply.text)
                    {
                        self.problems.push(format!("turn {}: an English word: {word}", self.turn));
                    }
                    self.may_be_said(dialogue, &reply);
                    self.reply = Some(reply);
                    break;
                }
            }
        }
        self.store();
    }

    /// The guard over what is said must let every sentence of ours pass, alone and with the others.
    fn may_be_said(&mut self, dialogue: &Dialogue<'_>, reply: &Reply) {
        let proof = guard::Proof::of(dialogue, &self.state);
        for sentence in sentences::split(&reply.text).into_iter().chain([reply.text.clone()]) {
            if let Err(fault) = guard::check(&sentence, &proof) {
                self.problems.push(format!("turn {}: {fault:?} in {sentence:?}", self.turn));
            }
        }
    }

    /// What is stored is what the next turn reads.
    fn store(&mut self) {
        let stored = serde_json::to_value(&self.state).expect("the state serialises");
        self.state = serde_json::from_value(stored).expect("and comes back");
    }

    /// The call must end: what came of it?
    fn sums_up(&mut self) {
        self.turn_over();
        self.turn += 1;
        let business = self.world.business.clone();
        let dialogue = Dialogue { business: &business, now: self.world.now, turn: self.turn };
        let reply = dialogue.sum_up(&mut self.state);
        self.transcript.push_str(&format!("   agent, summing up: {}\n", reply.text));
        self.may_be_said(&dialogue, &reply);
        self.reply = Some(reply);
    }

    fn turn_over(&mut self) {
        if !self.tools.is_empty() {
            self.problems.push(format!("turn {}: tool calls not in the script: {:?}", self.turn, self.tools));
        }
        self.tools.clear();
    }

    fn expect(&mut self, line: &str, rest: &str, what: &str) {
        let reply = self.reply.clone();
        let text = reply.as_ref().map(|r| r.text.to_lowercase()).unwrap_or_default();
        let ok = match what {
            "tool" => {
                let called = if self.tools.is_empty() { String::new() } else { self.tools.remove(0) };
                called.to_lowercase().starts_with(&rest.to_lowercase())
            }
            "says" => text == rest.to_lowercase(),
            "say" => text.contains(&rest.to_lowercase()),
            "not" => !text.contains(&rest.to_lowercase()),
            "expects" => reply.is_some_and(|r| name(r.expects) == rest),
            "stays" => reply.is_some_and(|r| r.after == After::HandOff),
            "ends" => reply.is_some_and(|r| r.after == After::HangUp),
            _ => panic!("unknown line: {line}"),
        };
        if !ok {
            self.problems.push(format!("turn {}: {line}", self.turn));
        }
    }
}

/// A word that only English sentences have.
fn english_word(text: &str) -> Option<&str> {
    const WORDS: &[&str] =
        &["the", "you", "your", "we", "is", "at", "on", "with", "what", "sorry", "please", "or", "and", "I'm"];
    let outside_words = |c: char| !c.is_alphanumeric() && c != '\'';
    text.split(outside_words).find(|word| WORDS.iter().any(|english| word.eq_ignore_ascii_case(english)))
}

fn name(expects: Expectation) -> &'static str {
    match expects {
        Expectation::Open => "open",
        Expectation::YesNo => "yes_no",
        Expectation::Service => "service",
        Expectation::Date => "date",
        Expectation::Time => "time",
        Expectation::Name => "name",
        Expectation::Email => "email",
        Expectation::Phone => "phone",
    }
}

/// How many of its turns a model answered, or what was wrong.
fn run(path: &Path, language: Language, by_model: bool) -> Result<usize, String> {
    let script = std::fs::read_to_string(path).expect("a script");
    let zone = world::business().zone;
    let at = |text: &str| zone.to_timestamp(text.parse::<DateTime>().expect("a local time")).expect("an instant");
    let mut run = Run {
        by_model,
        turns_by_model: 0,
        world: World::speaking(language, at("2026-11-24T10:00")),
        state: State::new(Channel::Phone, Some("+12125550123".to_owned())),
        turn: 0,
        tools: Vec::new(),
        reply: None,
        problems: Vec::new(),
        transcript: String::new(),
    };
    let mut booked = Vec::new();
    let mut holds = None;
    for line in script.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (what, rest) = line.split_once(':').map_or((line, ""), |(a, b)| (a.trim(), b.trim()));
        match what {
            "now" => run.world.now = at(rest),
            "channel" => run.state.channel = if rest == "web" { Channel::Web } else { Channel::Phone },
            "phone" => run.state.phone = (rest != "none").then(|| rest.to_owned()),
            "taken" => {
                run.world.take(at(rest));
            }
            "lost" => {
                run.world.lost_at_book.insert(at(rest));
            }
            "has" => {
                let fields: Vec<&str> = rest.split('|').map(str::trim).collect();
                let [service, staff, start, name, contact] = fields[..] else { panic!("five fields: {line}") };
                run.world.has(service, staff, start, name, contact);
            }
            "notice" => run.world.change_notice_min = rest.parse().expect("minutes"),
            "changed meanwhile" => run.world.appointments.iter_mut().for_each(|made| made.appointment.version += 1),
            "texts" => run.world.texts = rest != "off",
            "unanswered" => run.world.unanswered = rest.parse().expect("a number"),
            "caller" => run.caller(rest, false),
            "goes on" => run.caller(rest, true),
            "summary" => run.sums_up(),
            "unheard" => run.state.heard(run.turn, "", false),
            "booked" => booked.push(rest.to_owned()),
            "holds" => holds = Some(rest.parse::<usize>().expect("a number")),
            other => run.expect(line, rest, other),
        }
    }
    run.turn_over();
    let world = &run.world;
    let rows: Vec<String> = world
        .appointments
        .iter()
        .map(|Made { appointment, client }| {
            let (service, start) = (world.name_of(appointment), world.local(appointment.slot.start));
            let row = format!("{service} | {start} | {} | {}", client.name, client.email);
            row.trim_end().to_owned()
        })
        .collect();
    if rows != booked {
        run.problems.push(format!("booked {rows:?}, not {booked:?}"));
    }
    if let Some(holds) = holds.filter(|n| *n != run.world.holds.len()) {
        run.problems.push(format!("{} holds, not {holds}", run.world.holds.len()));
    }
    if run.problems.is_empty() {
        Ok(run.turns_by_model)
    } else {
        Err(format!("{}\n{}\n", run.problems.join("\n"), run.transcript))
    }
}

/// A second request of one breath, and a wish that no tool was told of, are kept by whoever heard them, and the model here
/// keeps nothing; nor does one that knows the caller's appointments look for them again ("no, the other one").
const BY_THE_ENGINE_ALONE: [&str; 6] = [
    "book_and_cancel",
    "cancel_and_book",
    "cancel_yes_and_book",
    "cancelar_y_reservar",
    "move_the_one_i_have",
    "no_the_other_one",
];

const FOLDERS: [(&str, Language); 4] = [
    ("tests/dialogues", Language::English),
    ("tests/dialogues/spanish", Language::Spanish),
    ("tests/dialogues/existing", Language::English),
    ("tests/dialogues/spanish/existing", Language::Spanish),
];

#[rstest]
#[case(0)]
#[case(1)]
#[case(2)]
#[case(3)]
fn every_script_is_followed_by_the_engine(#[case] folder: usize) {
    let (folder, language) = FOLDERS[folder];
    assert_eq!(every_script(folder, language, false), 0);
}

/// Turns that lead to tools are a model's, by the table of tools; the others are the engine's. Both work on one state, so
/// that each script comes out as it does without a model.
#[rstest]
#[case(0, 70)]
#[case(1, 20)]
#[case(2, 60)]
#[case(3, 15)]
fn every_script_is_followed_by_a_model_and_the_engine(#[case] folder: usize, #[case] turns_min: usize) {
    let (folder, language) = FOLDERS[folder];
    let turns = every_script(folder, language, true);
    assert!(turns >= turns_min, "a model answered only {turns} turns");
}

fn every_script(folder: &str, language: Language, by_model: bool) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("the scripts").map(|e| e.expect("an entry").path());
    let mut scripts: Vec<_> = entries.filter(|path| path.extension().is_some_and(|ext| ext == "txt")).collect();
    let is_left_out = |path: &Path| path.file_stem().is_some_and(|stem| BY_THE_ENGINE_ALONE.iter().any(|n| stem == *n));
    scripts.retain(|path| !by_model || !is_left_out(path));
    scripts.sort();
    assert!(scripts.len() >= 10, "scripts are missing");
    let (mut failures, mut turns_by_model) = (Vec::new(), 0);
    for path in &scripts {
        match run(path, language, by_model) {
            Ok(turns) => turns_by_model += turns,
            Err(problem) => {
                failures.push(format!("{}\n{problem}", path.file_stem().unwrap_or_default().to_string_lossy()));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {} scripts failed\n\n{}", failures.len(), scripts.len(), failures.join("\n"));
    turns_by_model
}
