use super::{Phrases, disguise::Order};

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
        (
            "authority",
            r"(?i)\bi\s*('?m|\s+am)\s+(your|the)\s+(developer|programmer|administrator|admin|creator|engineer|system\s+owner)\b",
        ),
        (
            "new_instructions",
            r"(?i)\b(new|updated|real|actual)\s+(instructions?|orders|rules|system\s+prompt)\s*(:|are\b|is\b|from\b)",
        ),
        ("from_now_on", r"(?i)\bfrom\s+now\s+on,?\s+(you\s+(are|will|must|only)|act|answer|respond|call\s+yourself)\b"),
        ("no_limits", r"(?i)\bwithout\s+(any\s+)?(restrictions?|filters?|limits|rules|guidelines)\b"),
        ("tool_call", r"(?i)\b(call|run|execute|invoke|use)\s+(the\s+)?(tool|function|command|api)\b"),
        ("mode", r"(?i)\b(developer|debug|admin|god)\s+mode\b|\bjailbreak"),
        ("markup", r"(?i)<\|[a-z_]*\|>|\[/?inst\]|</?(system|instructions?)>"),
    ],
    orders: &[
        Order {
            name: "ignore_instructions",
            commands: &["ignore", "forget", "disregard", "override", "bypass", "discard", "disobey"],
            objects: &[
                "instructions",
                "instruction",
                "rules",
                "guidelines",
                "prompt",
                "programming",
                "directives",
                "restrictions",
                "training",
                "safeguards",
            ],
        },
        Order {
            name: "system_prompt",
            commands: &[
                "reveal",
                "repeat",
                "print",
                "recite",
                "display",
                "output",
                "translate",
                "summarize",
                "show",
                "tell",
                "read",
                "spell",
                "give",
            ],
            // The instructions may be those for coming here.
            objects: &["prompt", "programming", "directives"],
        },
        Order {
            name: "system_prompt",
            commands: &["reveal", "recite", "disclose", "print", "translate"],
            objects: &["instructions", "rules", "guidelines"],
        },
    ],
    claim: r"(?i)\b(you're|you are|it's|it is|is|i've|i have|we've|we have|all)\s+(now\s+|been\s+|just\s+)*(booked|confirmed|scheduled|reserved)\b|\bi('ve|\s+have)\s+(just\s+)?(made|put)\s+(you\s+)?((an?|the|your)\s+)?(appointment|booking|reservation|down)\b|\byou('re|\s+are)\s+all\s+set\s+for\b|\bappointment\s+(has\s+been|was|is)\s+(made|booked|confirmed)\b",
    appointment: r"(?i)\byour\s+(appointment|booking|reservation)\s+is\s+(on|at|for|set|tomorrow|today)\b|\bsee\s+you\s+(on|at|tomorrow\s+at|then\s+at)\s+\w",
    change_claim: r"(?i)\b(i've|i have|we've|we have|has|have|it's|is)\s+(now\s+|been\s+|just\s+)*(cancell?ed|moved|rescheduled)\b",
    gift: r"(?i)\b(free\s+of\s+charge|for\s+free|at\s+no\s+(charge|cost)|no\s+charge|on\s+the\s+house|complimentary)\b|\b\d+\s*(%|percent)\s+(off|discount)\b",
};
