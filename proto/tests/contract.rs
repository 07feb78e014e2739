//! The contract only grows. `contract/base.binpb` is the descriptor set that running services may still speak; what it
//! has must still be there, with the same numbers and types.
//!
//! After an additive change: `UPDATE_CONTRACT=1 cargo test -p proto --test contract`, and commit the file.

use std::collections::BTreeSet;

use prost_reflect::{DescriptorPool, EnumDescriptor, MessageDescriptor, ServiceDescriptor};

const BASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/contract/base.binpb");

/// Every promise of a contract, a line each.
fn promises(descriptors: &[u8]) -> BTreeSet<String> {
    let pool = DescriptorPool::decode(descriptors).expect("a descriptor set");
    let ours = |name: &str| name.starts_with("receptionist.");
    let messages = pool.all_messages().filter(|m| ours(m.full_name())).flat_map(|m| of_message(&m));
    let enums = pool.all_enums().filter(|e| ours(e.full_name())).flat_map(|e| of_enum(&e));
    let services = pool.services().filter(|s| ours(s.full_name())).flat_map(|s| of_service(&s));
    messages.chain(enums).chain(services).collect()
}

fn of_message(message: &MessageDescriptor) -> Vec<String> {
    let fields = message.fields().map(|field| {
        format!(
            "message {} field {} = {}: {:?} {:?}, in oneof {:?}",
            message.full_name(),
            field.name(),
            field.number(),
            field.cardinality(),
            field.kind(),
            field.containing_oneof().map(|oneof| oneof.name().to_owned()),
        )
    });
    fields.collect()
}

fn of_enum(descriptor: &EnumDescriptor) -> Vec<String> {
    let values =
        descriptor.values().map(|v| format!("enum {} value {} = {}", descriptor.full_name(), v.name(), v.number()));
    values.collect()
}

fn of_service(service: &ServiceDescriptor) -> Vec<String> {
    let methods = service.methods().map(|method| {
        format!(
            "service {} method {}({}{}) returns ({}{})",
            service.full_name(),
            method.name(),
            if method.is_client_streaming() { "stream " } else { "" },
            method.input().full_name(),
            if method.is_server_streaming() { "stream " } else { "" },
            method.output().full_name(),
        )
    });
    methods.collect()
}

#[test]
fn nothing_that_was_promised_is_gone() {
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        std::fs::write(BASE, proto::DESCRIPTORS).expect("writing the base");
    }
    let base = promises(&std::fs::read(BASE).expect("the committed base"));
    let now = promises(proto::DESCRIPTORS);
    let broken: Vec<_> = base.difference(&now).collect();
    assert!(broken.is_empty(), "a breaking change of the contract:\n{broken:#?}");
    let unrecorded: Vec<_> = now.difference(&base).collect();
    assert!(
        unrecorded.is_empty(),
        "new promises are not recorded yet; run `UPDATE_CONTRACT=1 cargo test -p proto --test contract` and commit the \
         base:\n{unrecorded:#?}"
    );
}

#[test]
fn a_renumbered_field_is_seen() {
    let set = |number: u32| {
        let source = format!("syntax = \"proto3\"; package receptionist.t; message M {{ string a = {number}; }}");
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("t.proto"), source).expect("a file");
        prost::Message::encode_to_vec(&protox::compile(["t.proto"], [dir.path()]).expect("compiles"))
    };
    assert_eq!(promises(&set(1)).difference(&promises(&set(2))).count(), 1);
}
