use super::Phrases;

pub(super) const PHRASES: Phrases = Phrases {
    attempts: &[
        (
            "ignore_previous",
            r"(?i)\b(ignore|forget|disregard|override)\b[\s,]+(all\s+|any\s+|every\s+)?(of\s+)?(the\s+|your\s+|my\s+)?(previous|prior|above|earlier|preceding)(\s+(instructions?|prompts?|rules?|messages?|commands?))?",
        ),
        (
            "ignore_instructions",
            r"(?i)\b(ignore|forget|disregard|override|bypass)\b[\s,]+(all\s+|any\s+)?(of\s+)?(the\s+|your\s+)?(instructions?|rules|guidelines|programming|system\s+prompt)",
        ),
        ("disregard_all", r"(?i)\bdisregard\s+(all|everything)\b"),
        ("system_role", r"(?i)(^|[\s\[<(])(system|assistant|developer)\s*:"),
        ("you_are_now", r"(?i)\byou\s+are\s+now\b"),
        (
            "system_prompt",
            r"(?i)\b(show|reveal|print|repeat|tell)\b.{0,20}\b(system\s+prompt|your\s+(prompt|instructions))",
        ),
        (
            "pretend",
            r"(?i)\b(pretend\s+(to\s+be|you\s+are)|act\s+as\s+(if\s+you|an?\s+(admin|administrator|developer)))",
        ),
        ("mode", r"(?i)\b(developer|debug|admin|god)\s+mode\b|\bjailbreak"),
        ("markup", r"(?i)<\|[a-z_]*\|>|\[/?inst\]|</?(system|instructions?)>"),
    ],
    claim: r"(?i)\b(you're|you are|it's|it is|is|i've|i have|all)\s+(now\s+|been\s+)?(booked|confirmed|scheduled)\b",
    change_claim: r"(?i)\b(i've|i have|we've|we have|has|have|it's|is)\s+(now\s+|been\s+|just\s+)*(cancell?ed|moved|rescheduled)\b",
};
