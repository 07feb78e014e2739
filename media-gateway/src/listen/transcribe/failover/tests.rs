use std::{collections::VecDeque, task::Waker, time::Duration};

use proto::Private;

use super::*;

/// A recogniser whose words are scripted, and what it was told.
#[derive(Clone, Default)]
struct Scripted(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    opened: Vec<u32>,
    told: Vec<String>,
    says: VecDeque<Heard>,
}

impl Scripted {
    fn says(&self, heard: Heard) {
        self.0.lock().unwrap().says.push_back(heard);
    }

    fn told(&self) -> String {
        std::mem::take(&mut self.0.lock().unwrap().told).join(" ")
    }

    /// The utterances that were open when it was opened.
    fn opened(&self) -> Vec<u32> {
        self.0.lock().unwrap().opened.clone()
    }

    fn open(&self) -> Open {
        let scripted = self.clone();
        Box::new(move |_, first| {
            scripted.0.lock().unwrap().opened.push(first.number());
            Box::new(scripted.clone())
        })
    }
}

impl Recogniser for Scripted {
    fn send(&mut self, command: Command) {
        self.0.lock().unwrap().told.push(match command {
            Command::Expect(expected) => format!("expect {expected:?}"),
            Command::Audio(samples) => samples.len().to_string(),
            Command::SpeechStarted => "started".to_owned(),
            Command::SpeechStopped => "stopped".to_owned(),
            Command::Finalize(id) => format!("finalize-{}", id.number()),
        });
    }

    fn poll_heard(&mut self, _: &mut Context<'_>) -> Poll<Heard> {
        self.0.lock().unwrap().says.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}

fn partial(id: u32, text: &str) -> Heard {
    Heard::Partial { utterance: UtteranceId::new(id), text: Private::new(text.to_owned()) }
}

fn last(id: u32, text: &str) -> Heard {
    Heard::Final { utterance: UtteranceId::new(id), text: Private::new(text.to_owned()) }
}

fn finalize(id: u32) -> Command {
    Command::Finalize(UtteranceId::new(id))
}

fn audio(samples: usize) -> Command {
    Command::Audio(vec![0.1; samples])
}

fn hear(failover: &mut Failover) -> Option<Heard> {
    match failover.poll_heard(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(heard) => Some(heard),
        Poll::Pending => None,
    }
}

fn two() -> (Scripted, Scripted, Chain) {
    let (first, second) = (Scripted::default(), Scripted::default());
    let chain = Chain::new(vec![("first", first.open()), ("second", second.open())]);
    (first, second, chain)
}

#[test]
fn the_first_serves_while_it_is_well() {
    let (first, second, chain) = two();
    let mut call = Failover::open(chain, Hints::default());
    for command in [audio(320), Command::SpeechStarted, audio(640), Command::SpeechStopped, finalize(1)] {
        call.send(command);
    }
    first.says(partial(1, "hello"));
    first.says(last(1, "hello there"));
    assert_eq!(hear(&mut call), Some(partial(1, "hello")));
    assert_eq!(hear(&mut call), Some(last(1, "hello there")));
    assert_eq!((hear(&mut call), call.provider()), (None, "first"));
    assert_eq!(first.told(), "320 started 640 stopped finalize-1");
    assert!(second.opened().is_empty());
}

#[test]
fn the_spare_is_told_the_open_utterance_and_answers_what_is_owed() {
    let (first, second, chain) = two();
    let mut call = Failover::open(chain, Hints::default());
    for command in [Command::SpeechStarted, audio(320), Command::SpeechStopped, finalize(1)] {
        call.send(command);
    }
    first.says(last(1, "one"));
    assert_eq!(hear(&mut call), Some(last(1, "one")));
    for command in [audio(100), Command::SpeechStarted, audio(640), Command::SpeechStopped, finalize(2), audio(200)] {
        call.send(command);
    }
    first.says(Heard::Lost);
    assert_eq!(hear(&mut call), None, "the call hears of no loss");
    assert_eq!(call.provider(), "second");
    assert_eq!(second.opened(), [2], "partials begin with the utterance that is owed");
    assert_eq!(second.told(), "100 started 640 stopped finalize-2 200");
    second.says(last(2, "two"));
    assert_eq!(hear(&mut call), Some(last(2, "two")));
    call.send(audio(7));
    assert_eq!((second.told().as_str(), first.told().ends_with("200")), ("7", true));
}

#[test]
fn a_spare_that_is_opened_in_the_middle_knows_which_utterance_is_open() {
    let (first, second, chain) = two();
    let mut call = Failover::open(chain, Hints::default());
    call.send(finalize(1));
    first.says(last(1, ""));
    assert!(hear(&mut call).is_some());
    call.send(Command::SpeechStarted);
    first.says(Heard::Lost);
    assert_eq!(hear(&mut call), None);
    assert_eq!((second.opened(), second.told().as_str()), (vec![2], "started"));
}

#[test]
fn when_none_is_left_the_loss_is_told_once() {
    let (first, second, chain) = two();
    let mut call = Failover::open(chain, Hints::default());
    first.says(Heard::Lost);
    second.says(Heard::Lost);
    assert_eq!(hear(&mut call), Some(Heard::Lost));
    assert_eq!((hear(&mut call), call.provider()), (None, "second"));
    call.send(finalize(1));
    assert_eq!(hear(&mut call), None);
}

#[test]
fn the_next_calls_pass_over_who_is_unwell_until_the_backoff_is_over() {
    let (first, second, chain) = two();
    let mut call = Failover::open(chain.clone(), Hints::default());
    first.says(Heard::Lost);
    assert_eq!(hear(&mut call), None);
    assert_eq!(Failover::open(chain.clone(), Hints::default()).provider(), "second");
    let later = Instant::now() + Duration::from_secs(6);
    assert_eq!(chain.choose(later, &[]), Some(0));
    assert_eq!(second.opened().len(), 2);
}

#[test]
fn tenants_have_their_own_order_and_know_of_each_others_losses() {
    let (first, second, chain) = two();
    let (backwards, alone) = (chain.in_order(&["second", "first"]), chain.in_order(&["first", "nobody"]));
    assert_eq!(Failover::open(backwards, Hints::default()).provider(), "second");
    let mut call = Failover::open(alone, Hints::default());
    first.says(Heard::Lost);
    assert_eq!((hear(&mut call), call.provider()), (Some(Heard::Lost), "first"));
    assert_eq!(second.opened().len(), 1, "only who was chosen is asked");
    assert_eq!(Failover::open(chain.clone(), Hints::default()).provider(), "second", "the first is known to be unwell");
    assert_eq!(Failover::open(chain.in_order(&[]), Hints::default()).provider(), "none");
}

#[test]
fn who_is_unwell_is_better_than_nobody_and_is_well_again_with_words() {
    let (first, second, chain) = two();
    let mut call = Failover::open(chain.clone(), Hints::default());
    first.says(Heard::Lost);
    second.says(Heard::Lost);
    assert_eq!(hear(&mut call), Some(Heard::Lost));
    let mut next = Failover::open(chain.clone(), Hints::default());
    assert_eq!(next.provider(), "first");
    next.send(finalize(1));
    first.says(last(1, "well"));
    assert!(hear(&mut next).is_some());
    assert_eq!(chain.choose(Instant::now() + Duration::from_secs(5), &[]), Some(0));
}

#[test]
fn a_final_that_nobody_asked_for_is_not_passed_on() {
    let (first, _, chain) = two();
    let mut call = Failover::open(chain, Hints::default());
    first.says(last(1, "unasked"));
    assert_eq!(hear(&mut call), None);
    call.send(finalize(1));
    first.says(last(1, "asked"));
    first.says(last(1, "twice"));
    assert_eq!(hear(&mut call), Some(last(1, "asked")));
    assert_eq!(hear(&mut call), None);
}
