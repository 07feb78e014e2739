//! Northside Garage, Los Angeles: two mechanics who close for lunch.

use super::{Business, GARAGE as SLUG, GARAGE_NUMBER, Offer, Person};

const ELENA: &str = "Elena Novak";
const MARCUS: &str = "Marcus Reed";

const EIGHT: i32 = 8 * 60;
const NOON: i32 = 12 * 60;
const ONE: i32 = 13 * 60;
const FIVE: i32 = 17 * 60;

pub(super) const GARAGE: Business = Business {
    slug: SLUG,
    name: "Northside Garage",
    phone_number: GARAGE_NUMBER,
    time_zone: "America/Los_Angeles",
    language: "en-US",
    greeting: "Northside Garage, good day. What can we do for your car?",
    consent_sentence: "This call may be recorded.",
    address: "48 Harbor Road, Los Angeles",
    web_address: "northside-garage.example",
    staff: &[Person { name: ELENA, hours: &[] }, Person { name: MARCUS, hours: &[] }],
    services: &[
        Offer {
            name: "Oil change",
            description: "New oil and filter.",
            synonyms: &["oil", "oil service", "lube", "change the oil", "new oil"],
            minutes: 30,
            buffer_after_minutes: 0,
            price_minor: 6_500,
            staff: &[ELENA, MARCUS],
        },
        Offer {
            name: "Tire rotation",
            description: "All four tires rotated and checked.",
            synonyms: &["tires", "rotate the tires", "tyre rotation", "wheels"],
            minutes: 45,
            buffer_after_minutes: 0,
            price_minor: 5_000,
            staff: &[ELENA, MARCUS],
        },
        Offer {
            name: "Brake inspection",
            description: "Pads, discs and fluid looked over.",
            synonyms: &["brakes", "brake check", "check the brakes"],
            minutes: 60,
            buffer_after_minutes: 0,
            price_minor: 8_500,
            staff: &[MARCUS],
        },
        Offer {
            name: "Battery replacement",
            description: "A new battery, fitted and tested.",
            synonyms: &["battery", "new battery", "dead battery"],
            minutes: 30,
            buffer_after_minutes: 0,
            price_minor: 18_000,
            staff: &[ELENA, MARCUS],
        },
    ],
    hours: &[
        (1, EIGHT, NOON),
        (1, ONE, FIVE),
        (2, EIGHT, NOON),
        (2, ONE, FIVE),
        (3, EIGHT, NOON),
        (3, ONE, FIVE),
        (4, EIGHT, NOON),
        (4, ONE, FIVE),
        (5, EIGHT, NOON),
        (5, ONE, FIVE),
    ],
};
