//! What follows when the caller types instead of speaking: the digits are an answer like any other, and a caller who types
//! has the floor.

use crate::{call::Call, keypad::Typed, timer::Timer};

impl Call {
    pub(crate) fn on_key(&mut self, key: char) {
        if !self.listens() {
            return;
        }
        self.reprompt.caller_is_there(self.now);
        let is_first = !self.keypad.is_typing();
        match self.keypad.press(key) {
            Typed::Digit => {
                self.drop_early();
                self.timers.set(Timer::Typing, self.now + self.config.timings.typing);
                if is_first && self.playout.is_outstanding() && !self.playout.is_protected() {
                    self.interrupt();
                }
            }
            Typed::Complete => self.on_typed(),
            Typed::Nothing => self.timers.stop(Timer::Typing),
        }
    }

    pub(crate) fn on_typed(&mut self) {
        self.timers.stop(Timer::Typing);
        let digits = self.keypad.take();
        self.take_answer(digits);
    }

    /// The caller speaks or types, or has said something that is still being made out.
    pub(crate) fn caller_has_floor(&self) -> bool {
        self.turns.has_floor() || self.keypad.is_typing()
    }
}
