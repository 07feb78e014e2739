//! The SQL files are compiled into the crate, so a change to one of them rebuilds it.

fn main() {
    println!("cargo:rerun-if-changed=sql");
}
