//! Every committed case of the fuzz targets keeps the rules: what fuzzing found interesting, and what it found broken.

use std::{fs, path::Path};

use fuzz_harness::{Broken, call_events, carrier_messages};

#[test]
fn the_corpus_of_call_events_keeps_the_rules() {
    replay("call_events", call_events);
}

#[test]
fn the_corpus_of_carrier_messages_keeps_the_rules() {
    replay("carrier_messages", carrier_messages);
}

fn replay(target: &str, run: fn(&[u8]) -> Result<(), Broken>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus").join(target);
    let mut cases = 0;
    for entry in fs::read_dir(folder).expect("a corpus") {
        let path = entry.expect("a case").path();
        let case = fs::read(&path).expect("a file");
        run(&case).unwrap_or_else(|broken| panic!("{}: {broken}", path.display()));
        cases += 1;
    }
    assert!(cases > 20, "the corpus is there: {cases} cases");
}
