//! A turn's words on their way to the listener: sentence by sentence, each checked before it is given.

use super::{Listener, NeverWas, Said, guard};

pub struct Speech<'l, L> {
    listener: &'l mut L,
    turn: u32,
    sentences: Vec<String>,
}

impl<'l, L: Listener> Speech<'l, L> {
    pub const fn new(listener: &'l mut L, turn: u32) -> Self {
        Self { listener, turn, sentences: Vec::new() }
    }

    /// Gives a sentence, if it is wanted and may be said.
    pub async fn say(&mut self, text: &str, proof: &guard::Proof<'_>) -> Result<(), guard::Fault> {
        guard::check(text, &guard::Proof { before: &self.said(), ..*proof })?;
        self.give(text.to_owned()).await;
        Ok(())
    }

    /// Gives a sentence of our own, if it is wanted.
    pub async fn give(&mut self, text: String) {
        if !self.wanted() {
            return;
        }
        let index = u32::try_from(self.sentences.len()).unwrap_or(u32::MAX);
        self.sentences.push(text.clone());
        self.listener.take(Said::Sentence { turn: self.turn, index, text }).await;
    }

    pub const fn turn(&self) -> u32 {
        self.turn
    }

    /// Waits until the caller is known to have said all of it.
    pub async fn confirmed(&mut self) -> Result<(), NeverWas> {
        if self.listener.confirms().await { Ok(()) } else { Err(NeverWas) }
    }

    /// Something else of this turn.
    pub async fn tell(&mut self, said: Said) {
        self.listener.take(said).await;
    }

    pub fn wanted(&self) -> bool {
        self.listener.wants()
    }

    /// Done when nobody wants the reply any more.
    pub fn unwanted(&self) -> impl Future<Output = ()> + Send + '_ {
        self.listener.unwanted()
    }

    /// What was given so far.
    pub fn sentences(&self) -> &[String] {
        &self.sentences
    }

    pub fn said(&self) -> String {
        self.sentences.join(" ")
    }
}
