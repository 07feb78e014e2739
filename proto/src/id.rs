//! Typed ids. A bare string id exists only in generated messages and SQL rows.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// An id that is not what it should be; names the kind, never echoes the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("malformed {kind}: expected {expected}")]
pub struct MalformedId {
    pub kind: &'static str,
    pub expected: &'static str,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh random id (UUID version 7: sorts by time, which keeps B-trees dense).
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                Uuid::parse_str(text).map(Self).map_err(|_| MalformedId {
                    kind: stringify!($name),
                    expected: "a UUID",
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

uuid_id!(
    /// A business that uses the installation.
    TenantId
);
uuid_id!(ServiceId);
uuid_id!(StaffId);
uuid_id!(
    /// A room or a machine.
    ResourceId
);
uuid_id!(
    /// A conversation: `chat_sessions.id`, the same for phone and web.
    SessionId
);
uuid_id!(HoldId);
uuid_id!(AppointmentId);
uuid_id!(
    /// Time that a business took out of its calendar.
    BlockId
);

/// A carrier's id of one call leg: `CA` and 32 hexadecimal digits (Twilio).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallSid(String);

/// A carrier's id of one media stream: `MZ` and 32 hexadecimal digits (Twilio).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StreamSid(String);

macro_rules! twilio_sid {
    ($name:ident, $prefix:literal) => {
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                let hex = text.strip_prefix($prefix);
                match hex {
                    Some(hex) if hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
                        Ok(Self(text.to_owned()))
                    }
                    _ => Err(MalformedId {
                        kind: stringify!($name),
                        expected: concat!($prefix, " and 32 hexadecimal digits"),
                    }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

twilio_sid!(CallSid, "CA");
twilio_sid!(StreamSid, "MZ");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuid_ids_round_trip_as_text() {
        let id = TenantId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn a_malformed_id_is_named_and_not_echoed() {
        let error = "alex@example.com".parse::<HoldId>().expect_err("not a UUID");
        assert_eq!(error.to_string(), "malformed HoldId: expected a UUID");
    }

    #[test]
    fn a_call_sid_is_ca_and_32_hex_digits() {
        let sid = format!("CA{}", "0a".repeat(16));
        assert_eq!(sid.parse::<CallSid>().map(|s| s.to_string()), Ok(sid.clone()));
        assert!(sid.parse::<StreamSid>().is_err());
        assert!("CA12".parse::<CallSid>().is_err());
        assert!(format!("CA{}", "zz".repeat(16)).parse::<CallSid>().is_err());
    }
}
