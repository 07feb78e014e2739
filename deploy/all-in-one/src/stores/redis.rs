//! The private Redis (or Valkey), on a unix socket alone.

use std::time::Duration;

use rustix::process::Signal;

use super::{
    Durability, StoresError, binaries, data_dir::DataDir, identity::Identity, percent_encoded, server::Server,
};

/// Reading back a long append-only file takes a while.
const READY_MAX: Duration = Duration::from_secs(30);
const STOP_MAX: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Redis {
    server: Server,
    url: String,
}

impl Redis {
    pub async fn start(data_dir: &DataDir, durability: Durability) -> Result<Self, StoresError> {
        let folder = data_dir.path().join("redis");
        std::fs::create_dir_all(&folder)
            .map_err(|source| StoresError::Io { step: "making the Redis folder", source })?;
        let socket = data_dir.sockets().join("redis.sock");

        // Redis runs as any account, root too.
        let mut words = Identity::Own.prefix(Some("TERM"));
        words.push(binaries::redis()?.to_string_lossy().into_owned());
        words.extend(["--port", "0", "--unixsocketperm", "700", "--daemonize", "no"].map(str::to_owned));
        words.extend(["--unixsocket".to_owned(), socket.to_string_lossy().into_owned()]);
        words.extend(["--dir".to_owned(), folder.to_string_lossy().into_owned()]);
        let append_only = if durability == Durability::Kept { "yes" } else { "no" };
        words.extend(["--save", "", "--appendonly", append_only, "--appendfsync", "everysec"].map(str::to_owned));

        let server = Server::start("starting Redis", &words, data_dir.path().join("redis.log"), Signal::TERM).await?;
        let url = format!("redis+unix://{}", percent_encoded(&socket));
        server.wait_until_ready(READY_MAX, async || answers(&url).await).await?;
        Ok(Self { server, url })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub async fn ended(&self) {
        self.server.ended().await;
    }

    pub async fn stop(self) {
        self.server.stop(STOP_MAX).await;
    }
}

/// Whether the server takes commands: while it loads its file it answers with an error.
async fn answers(url: &str) -> bool {
    let Ok(client) = redis::Client::open(url) else {
        return false;
    };
    let Ok(mut connection) = client.get_multiplexed_async_connection().await else {
        return false;
    };
    redis::cmd("PING").query_async::<String>(&mut connection).await.is_ok()
}
