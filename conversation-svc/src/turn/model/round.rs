//! One answer of a model, from the request to its end: its sentences are said as they are written, its calls gathered.

use super::Turn;
use crate::{
    agent::llm::{Answer, Call, End, ModelError, Pick, Piece, Stop},
    turn::{Listener, guard, sentences::Streamed},
};

/// Sentences of one turn. A caller cannot listen to more.
const SENTENCES_MAX: usize = 8;

pub enum Round {
    /// It was all words, and they were said.
    Said,
    Calls {
        said: String,
        calls: Vec<Call>,
    },
    /// A sentence was not to be said; nothing after it was taken.
    Faulty,
    Unwanted,
}

/// An answer that ended too early, and what was said of it.
pub struct Broken {
    pub error: ModelError,
    pub said: String,
}

/// Why reading stops before the answer does.
enum Halt {
    Unwanted,
    Faulty,
    /// It has said enough.
    Enough,
    Error(ModelError),
}

impl<L: Listener> Turn<'_, '_, '_, L> {
    pub(super) async fn round(&mut self, pick: Pick) -> Result<Round, Broken> {
        let before = self.speech.sentences().len();
        let name = self.session.models.name(pick);
        if self.work.by.last() != Some(&name) {
            self.work.by.push(name);
        }
        let mut calls = Vec::new();
        let halt = self.read(pick, &mut calls).await.err();
        let said = self.speech.sentences().get(before..).unwrap_or_default().join(" ");
        match halt {
            None if !calls.is_empty() => Ok(Round::Calls { said, calls }),
            // Words that came before the last tool's result may be all there is to say.
            None if self.speech.sentences().is_empty() => Err(Broken { error: ModelError::Empty, said }),
            None | Some(Halt::Enough) => Ok(Round::Said),
            Some(Halt::Unwanted) => Ok(Round::Unwanted),
            Some(Halt::Faulty) => Ok(Round::Faulty),
            Some(Halt::Error(error)) => Err(Broken { error, said }),
        }
    }

    async fn read(&mut self, pick: Pick, calls: &mut Vec<Call>) -> Result<(), Halt> {
        let mut answer = self.ask(pick).await?;
        let mut text = Streamed::default();
        let mut written = 0;
        let end = loop {
            match self.next(&mut answer).await? {
                Piece::Text(piece) => {
                    written += piece.len();
                    let sentences = text.push(&piece);
                    self.say(sentences).await?;
                }
                Piece::Call(call) => calls.push(call),
                Piece::End(end) => break end,
            }
        };
        let End { stop, usage } = end;
        self.session.models.answered(pick, usage);
        self.count(usage, written);
        match stop {
            Stop::Finished => {
                let sentences = text.end();
                self.say(sentences).await
            }
            Stop::Length => {
                let sentences = text.cut();
                self.say(sentences).await?;
                metrics::counter!("llm_answers_cut_total").increment(1);
                if self.speech.sentences().is_empty() { Err(Halt::Error(ModelError::Empty)) } else { Ok(()) }
            }
            Stop::Refused => Err(Halt::Error(ModelError::Refused)),
        }
    }

    async fn ask(&self, pick: Pick) -> Result<Answer, Halt> {
        tokio::select! {
            biased;
            () = self.speech.unwanted() => Err(Halt::Unwanted),
            answer = self.session.models.ask(pick, &self.prompt, self.ends) => answer.map_err(Halt::Error),
        }
    }

    async fn next(&self, answer: &mut Answer) -> Result<Piece, Halt> {
        let piece = tokio::select! {
            biased;
            () = self.speech.unwanted() => return Err(Halt::Unwanted),
            piece = tokio::time::timeout_at(self.ends, answer.next()) => piece,
        };
        match piece {
            Ok(Ok(Some(piece))) => Ok(piece),
            Ok(Ok(None)) => Err(Halt::Error(ModelError::BrokeOff)),
            Ok(Err(error)) => Err(Halt::Error(error)),
            Err(_) => Err(Halt::Error(ModelError::OutOfTime)),
        }
    }

    async fn say(&mut self, sentences: Vec<String>) -> Result<(), Halt> {
        for sentence in sentences {
            if self.speech.sentences().len() >= SENTENCES_MAX {
                metrics::counter!("llm_answers_cut_total").increment(1);
                return Err(Halt::Enough);
            }
            let proof = guard::Proof::of(self.dialogue, &self.session.state);
            if let Err(fault) = self.speech.say(&sentence, &proof).await {
                self.session.report_fault(self.dialogue.turn, fault.name()).await;
                return Err(Halt::Faulty);
            }
            if !self.speech.wanted() {
                return Err(Halt::Unwanted);
            }
        }
        Ok(())
    }
}
