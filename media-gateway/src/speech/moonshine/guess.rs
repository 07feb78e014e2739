//! What a clip probably says: an earlier pass heard its beginning. The decoder takes several tokens in the time of one,
//! so that a guess is checked much faster than its words are found. Pure.

/// How far ahead in the guess a token is looked for that came in place of the expected one: a word or two were changed,
/// left out or put in.
const REACH: usize = 6;

/// The tokens of an earlier pass over the same sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guess(pub(super) Vec<usize>);

/// Where in a guess a search is.
pub struct Ahead<'a> {
    guess: &'a [usize],
    at: usize,
}

impl<'a> Ahead<'a> {
    pub fn of(guess: &'a Guess) -> Self {
        Self { guess: &guess.0, at: 0 }
    }

    /// What is expected from here on.
    pub fn rest(&self) -> &'a [usize] {
        self.guess.get(self.at..).unwrap_or_default()
    }

    /// So many of the rest were right, then came `token`. From where the guess has that token, it is believed again.
    pub fn find_again(&mut self, right: usize, token: usize) -> &'a [usize] {
        self.at += right;
        match self.rest().iter().take(REACH).position(|&guessed| guessed == token) {
            Some(place) => {
                self.at += place + 1;
                self.rest()
            }
            None => {
                self.at += 1;
                &[]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// What is expected after each surprise: so many were right, then came that token.
    #[rstest]
    #[case::all_right_and_more(&[(5, 9), (0, 8)], vec![vec![], vec![]])]
    #[case::one_changed(&[(1, 9), (0, 3)], vec![vec![], vec![4, 5]])]
    #[case::one_left_out(&[(1, 3)], vec![vec![4, 5]])]
    #[case::one_put_in(&[(1, 9), (0, 8), (0, 4)], vec![vec![], vec![], vec![5]])]
    #[case::right_again_and_wrong_again(&[(0, 2), (1, 5)], vec![vec![3, 4, 5], vec![]])]
    fn a_guess_is_believed_again_where_it_goes_on_alike(
        #[case] surprises: &[(usize, usize)],
        #[case] expected: Vec<Vec<usize>>,
    ) {
        let guess = Guess(vec![1, 2, 3, 4, 5]);
        let mut ahead = Ahead::of(&guess);
        assert_eq!(ahead.rest(), [1, 2, 3, 4, 5]);
        let found: Vec<_> = surprises.iter().map(|&(right, token)| ahead.find_again(right, token).to_vec()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_token_far_ahead_is_another_word() {
        let guess = Guess((0..20).collect());
        assert_eq!(Ahead::of(&guess).find_again(0, 10), [0; 0]);
    }
}
