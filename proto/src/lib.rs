//! The contract: everything the services share, and the only crate all of them depend on.
//!
//! Generated messages live under their package's path ([`booking`], [`conversation`], [`handoff`], [`common`]);
//! only a service's `grpc.rs` and client files should touch them. Domain code uses the typed [`id`]s,
//! [`phone::PhoneNumber`], [`Language`], [`private::Private`] and [`error::ErrorKind`].

pub mod convert;
pub mod error;
pub mod id;
pub mod language;
pub mod phone;
pub mod private;

pub use error::ErrorKind;
pub use language::Language;
pub use phone::PhoneNumber;
pub use private::Private;

#[allow(clippy::all, clippy::unwrap_used)]
pub mod common {
    pub mod v1 {
        tonic::include_proto!("receptionist.common.v1");
    }
}

#[allow(clippy::all, clippy::unwrap_used)]
pub mod booking {
    pub mod v1 {
        tonic::include_proto!("receptionist.booking.v1");
    }
}

#[allow(clippy::all, clippy::unwrap_used)]
pub mod conversation {
    pub mod v1 {
        tonic::include_proto!("receptionist.conversation.v1");
    }
}

#[allow(clippy::all, clippy::unwrap_used)]
pub mod handoff {
    pub mod v1 {
        tonic::include_proto!("receptionist.handoff.v1");
    }
}

/// The encoded `FileDescriptorSet` of the whole contract, for gRPC reflection and contract tests.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
