//! The service as a process of its own: what it says when it cannot start, and how it stops.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
};

use sqlx::{ConnectOptions as _, PgPool};

fn service() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_booking-svc"));
    command
        .env_remove("DATABASE_URL")
        .env_remove("RUST_LOG")
        .env("BOOKING_GRPC_ADDR", "127.0.0.1:0")
        .env("BOOKING_HTTP_ADDR", "127.0.0.1:0")
        .stderr(Stdio::piped());
    command
}

#[test]
fn what_is_missing_or_malformed_is_named_at_once() {
    let output = service().env("BOOKING_GRPC_ADDR", "everywhere").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("BOOKING_GRPC_ADDR is malformed: expected host:port"), "{said}");
    assert!(said.contains("DATABASE_URL is not set: point it at a PostgreSQL"), "{said}");
}

#[sqlx::test(migrator = "migrations::MIGRATOR")]
async fn it_is_ready_and_stops_on_a_signal(pool: PgPool) {
    let url = pool.connect_options().to_url_lossy();
    let mut process = service().env("DATABASE_URL", url.as_str()).spawn().expect("it runs");
    let mut log = BufReader::new(process.stderr.take().expect("piped")).lines();
    let ready = log.by_ref().map_while(Result::ok).find(|line| line.contains("is ready")).expect("a line");
    let address = ready.split("http_addr=").nth(1).expect("an address").split_whitespace().next().expect("an address");

    let mut socket = TcpStream::connect(address).expect("a port");
    socket.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    Command::new("kill").arg(process.id().to_string()).status().expect("kill");
    assert!(process.wait().expect("an end").success());
}

#[sqlx::test]
async fn an_empty_database_is_said_to_be_one(pool: PgPool) {
    let url = pool.connect_options().to_url_lossy();
    let output = service().env("DATABASE_URL", url.as_str()).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("run `receptionist migrate`"), "{said}");
}
