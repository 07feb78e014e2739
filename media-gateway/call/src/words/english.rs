//! Signs of listening in English.

use super::Vocabulary;

pub(super) const VOCABULARY: Vocabulary = Vocabulary {
    hesitation: &["um", "umm", "uhm", "er", "erm", "hm", "hmm", "hmmm", "eh", "em"],
    backchannel: &[
        "uh", "huh", "uhhuh", "mm", "mmm", "mhm", "mmhm", "mmhmm", "okay", "ok", "yeah", "yea", "yep", "yup", "yes",
        "right", "sure", "alright", "ah", "aha", "oh", "please", "thanks", "correct",
    ],
    backchannel_pairs: &[("all", "right"), ("i", "see"), ("got", "it"), ("of", "course"), ("thank", "you")],
};
