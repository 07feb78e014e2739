//! What callers ask of a business.

use super::Phrases;

pub const ASK_HOURS: Phrases = &[
    "opening hours",
    "business hours",
    "your hours",
    "what hours",
    "are you open",
    "when are you open",
    "when do you open",
    "when do you close",
    "what time do you open",
    "what time do you close",
    "open on",
    "open today",
    "open tomorrow",
    "do you open",
    "do you close",
    "how late",
    "how early",
    "hours of operation",
    "closing time",
    "opening time",
    "your opening times",
    "what are the hours",
];

pub const ASK_PRICE: Phrases = &[
    "how much",
    "price",
    "prices",
    "cost",
    "costs",
    "what do you charge",
    "what does it cost",
    "pricing",
    "the rate",
    "your rates",
    "how expensive",
    "fee",
];

pub const ASK_PARKING: Phrases = &["parking", "park my car", "where can i park", "can i park"];

pub const ASK_ADDRESS: Phrases = &[
    "address",
    "where are you",
    "located",
    "location",
    "directions",
    "how do i get there",
    "how do i find you",
    "what street",
    "where is the",
    "where is your",
    "where do i go",
    "where exactly",
];

pub const ASK_PHONE: Phrases = &[
    "phone|telephone|contact number|numbers|info|information|details",
    "what|whats is| the|their|your|his|her phone|number|contact",
    "the|their|your|his|her phone|number|contact",
    "call them|you|him|her",
    "contact them|you|him|her",
    "reach them|you|him|her",
];

pub const ASK_MORE: Phrases = &[
    "do|does|did|can|could they|he|she|it|the|this",
    "are|is they|he|she|it|this|the",
    "tell me about|more|if|whether",
    "what about the|their|its|his|her",
    "whats|what is| the|their|its|his|her rating|average",
    "average rating",
    "the|their rating",
    "how good|well",
    "know if|whether|about",
];

pub const OFF_TOPIC: Phrases = &[
    "weather",
    "forecast",
    "the temperature",
    "going to rain",
    "be raining",
    "humidity",
    "humid",
    "i free|available|busy",
    "my calendar|schedule|availability",
];

pub const ASK_DURATION: Phrases = &["how long", "duration", "how many minutes", "how much time"];

pub const ASK_STAFF: Phrases = &[
    "who works",
    "who is working",
    "who is available",
    "who do you have",
    "which staff",
    "which therapist",
    "which stylist",
    "who does",
    "who will",
    "who would",
    "who can",
    "which people",
    "whos available",
    "whos working",
    "your staff",
    "who performs",
    "who gives",
    "who is it with",
    "with whom",
];

pub const ASK_SERVICES: Phrases = &[
    "what services",
    "which services",
    "what do you offer",
    "what do you do",
    "what treatments",
    "what can i book",
    "what kind of",
    "what kinds of",
    "what types",
    "your services",
    "services do you",
    "what else do you",
    "what are my options",
    "list of services",
    "what do you have",
    "what have you got",
];

pub const ASK_TIMES: Phrases = &[
    "what times",
    "which times",
    "what time do you have",
    "what times do you have",
    "when are you free",
    "whats available",
    "what is available",
    "what do you have available",
    "when can i come",
    "any openings",
    "any availability",
    "what availability",
    "when is",
    "when do you have",
    "do you have anything",
    "what slots",
    "whats free",
    "what openings",
    "have anything",
    "got anything",
    "what time is available",
    "what times are available",
    "what do you have open",
];
