//! Harmony Wellness, New York: three people with different skills; Saturdays are short and Sundays closed.

use super::{Business, Offer, Person, SALON as SLUG, SALON_NUMBER};

const MARIA: &str = "Maria Lopez";
const SAM: &str = "Sam Rivera";
const DANA: &str = "Dana Kim";

const NINE: i32 = 9 * 60;
const FOUR: i32 = 16 * 60;
const SIX: i32 = 18 * 60;

pub(super) const SALON: Business = Business {
    slug: SLUG,
    name: "Harmony Wellness",
    phone_number: SALON_NUMBER,
    time_zone: "America/New_York",
    language: "en-US",
    greeting: "Thank you for calling Harmony Wellness. How can I help you today?",
    consent_sentence: "This call may be recorded.",
    address: "210 Maple Street, New York",
    web_address: "harmony-wellness.example",
    staff: &[
        Person { name: MARIA, hours: &[] },
        Person { name: SAM, hours: &[] },
        // Dana works Tuesday to Saturday.
        Person {
            name: DANA,
            hours: &[(2, NINE, SIX), (3, NINE, SIX), (4, NINE, SIX), (5, NINE, SIX), (6, NINE, FOUR)],
        },
    ],
    services: &[
        Offer {
            name: "Massage",
            description: "A full-body relaxation massage.",
            synonyms: &[
                "massage therapy",
                "body massage",
                "relaxation massage",
                "swedish massage",
                "back rub",
                "back massage",
            ],
            minutes: 60,
            buffer_after_minutes: 0,
            price_minor: 9_000,
            staff: &[MARIA, SAM],
        },
        Offer {
            name: "Deep tissue massage",
            description: "A firm massage for tight muscles.",
            synonyms: &["deep tissue", "deep massage", "sports massage"],
            minutes: 90,
            buffer_after_minutes: 0,
            price_minor: 13_000,
            staff: &[SAM],
        },
        Offer {
            name: "Facial",
            description: "Cleansing and a mask for face and neck.",
            synonyms: &["face treatment", "facial treatment", "skin treatment"],
            minutes: 45,
            buffer_after_minutes: 15,
            price_minor: 8_000,
            staff: &[MARIA, DANA],
        },
        Offer {
            name: "Haircut",
            description: "Wash, cut and dry.",
            synonyms: &["hair cut", "cut", "trim", "hair trim", "a cut"],
            minutes: 30,
            buffer_after_minutes: 0,
            price_minor: 4_500,
            staff: &[DANA, SAM],
        },
        Offer {
            name: "Manicure",
            description: "Nail care and polish.",
            synonyms: &["nails", "nail care", "nails done"],
            minutes: 45,
            buffer_after_minutes: 0,
            price_minor: 4_000,
            staff: &[DANA],
        },
    ],
    hours: &[(1, NINE, SIX), (2, NINE, SIX), (3, NINE, SIX), (4, NINE, SIX), (5, NINE, SIX), (6, NINE, FOUR)],
};
