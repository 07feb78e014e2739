use super::{CarrierPhrases, Phrasebook};

pub(super) const PHRASEBOOK: Phrasebook = Phrasebook {
    still_there: "Are you still there?",
    silence_goodbye: "I can't hear you, so I'll hang up now. Please call again any time. Goodbye.",
    not_understood: "Sorry, could you say that again?",
    fillers: ["One moment, please.", "Let me check that.", "Just a second.", "Let me have a look."],
    progress: [
        "I'm still looking into it, thank you for waiting.",
        "It takes a little longer than usual, please hold on.",
    ],
    wrap_up: "I need to wrap up now.",
    wrap_up_goodbye: |or_online| format!("Please call again if there is anything left to do.{or_online} Goodbye."),
    turn_limit: "We have been talking for a while, so let me transfer you to our website.",
    link_goodbye: "Goodbye, the link is valid for 15 minutes.",
    trouble: |or_online| {
        format!("I'm sorry, something went wrong on our side.{or_online} Please call again later. Goodbye.")
    },
    or_online: |website| format!("You can also book online at {website}."),
    carrier: CarrierPhrases {
        language: "en-US",
        unknown_number: "This number is not in service.",
        all_lines_busy: "All lines are busy, please try again in a few minutes.",
        stopping: "We are sorry, we cannot take your call right now. Please try again in a minute.",
        fault: "We are sorry, we cannot take your call right now. Please try again in a few minutes.",
        interrupted: "We are sorry, the call was interrupted. Please call again.",
        not_served: |business, online| {
            format!("We are sorry, {business} cannot take calls by phone at the moment.{online} Goodbye.")
        },
        online: |website| format!("Please visit us online at {website}."),
    },
};
