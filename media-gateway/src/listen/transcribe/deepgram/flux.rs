//! Flux's turns as segments. Each message repeats the whole turn and nothing but the end of the turn is final, so this
//! remembers how much of the turn was given to utterances that are over.

use call::TurnEnd;

use super::{
    super::remote::{
        assembly::Assembly,
        segment::{Position, Segment, TimedWord, placed, position, reaches},
    },
    message::{TurnEvent, TurnInfo},
};

#[derive(Debug, Default)]
pub struct Turns {
    index: u64,
    /// Words of the turn that went to utterances which are over.
    taken: usize,
}

impl Turns {
    pub fn hear(&mut self, turn: TurnInfo, origin: Position, assembly: &mut Assembly) {
        if turn.turn_index != self.index {
            *self = Self { index: turn.turn_index, taken: 0 };
        }
        let (event, end) = (turn.event, position(origin, turn.audio_window_end));
        let mut words = timed_words(turn, origin);
        let total = words.len();
        let mut rest = words.split_off(self.taken.min(total));
        if event == TurnEvent::EndOfTurn {
            self.taken = total;
            assembly.hear_final(segment(rest, end));
            return assembly.hear_turn_end(TurnEnd::Sure);
        }
        // An utterance that is over takes its words once they have been heard to its end, or to the turn's likely end.
        let is_likely_end = event == TurnEvent::EagerEndOfTurn;
        while let Some((id, boundary)) = assembly.oldest_pending()
            && (reaches(end, boundary) || is_likely_end)
        {
            let later = rest.split_off(rest.iter().take_while(|word| word.middle() <= boundary).count());
            self.taken += rest.len();
            assembly.hear_final(segment(rest, boundary.min(end)));
            rest = later;
            if assembly.oldest_pending().is_some_and(|(oldest, _)| oldest == id) {
                // It has more speech than was heard so far.
                break;
            }
        }
        assembly.hear_interim(segment(rest, end));
        match event {
            TurnEvent::EagerEndOfTurn => assembly.hear_turn_end(TurnEnd::Likely),
            TurnEvent::TurnResumed => assembly.hear_turn_end(TurnEnd::TakenBack),
            TurnEvent::StartOfTurn | TurnEvent::Update | TurnEvent::EndOfTurn | TurnEvent::Unknown => {}
        }
    }
}

fn segment(words: Vec<TimedWord>, end: Position) -> Segment {
    let start = words.first().map_or(end, |first| first.start);
    Segment::of_words(words, start, end)
}

/// The words as they are written in the transcript.
fn timed_words(turn: TurnInfo, origin: Position) -> Vec<TimedWord> {
    let place = |seconds| position(origin, seconds);
    let timed: Vec<_> = turn.words.iter().map(|word| (place(word.start), place(word.end))).collect();
    placed(&turn.transcript, &timed, place(turn.audio_window_start), place(turn.audio_window_end))
}
