//! What the caller types: a telephone number, as a rule. Nothing is ever offered to be typed, so there is no menu and no
//! key has a meaning of its own but `#`, which ends the number, and `*`, which takes it back.

/// The longest number that is typed; further digits are left out.
const DIGITS_MAX: usize = 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Keypad {
    typed: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typed {
    /// More may come.
    Digit,
    /// That was all.
    Complete,
    /// It is to be forgotten, or there was nothing.
    Nothing,
}

impl Keypad {
    pub fn press(&mut self, key: char) -> Typed {
        match key {
            '#' if self.is_typing() => Typed::Complete,
            '0'..='9' => {
                if self.typed.len() < DIGITS_MAX {
                    self.typed.push(key);
                }
                Typed::Digit
            }
            _ => {
                self.typed.clear();
                Typed::Nothing
            }
        }
    }

    pub fn is_typing(&self) -> bool {
        !self.typed.is_empty()
    }

    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_collected_until_a_hash() {
        let mut keypad = Keypad::default();
        let typed: Vec<Typed> = "#0151*42#".chars().map(|key| keypad.press(key)).collect();
        assert_eq!(typed[0], Typed::Nothing);
        assert_eq!(typed[5], Typed::Nothing);
        assert_eq!(typed[8], Typed::Complete);
        assert!(typed.iter().filter(|typed| **typed == Typed::Digit).count() == 6);
        assert_eq!(keypad.take(), "42");
        assert!(!keypad.is_typing());
    }

    #[test]
    fn a_number_has_its_bound() {
        let mut keypad = Keypad::default();
        for _ in 0..1_000 {
            keypad.press('7');
        }
        assert_eq!(keypad.take().len(), DIGITS_MAX);
    }
}
