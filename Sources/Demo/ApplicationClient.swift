import Postgres

/// One running instance of an application version, with a session and rows of its own.
protocol ApplicationClient: Sendable {
    /// The versions there are clients of.
    static var versions: [ApplicationVersion] { get }

    var version: ApplicationVersion { get }
    var statistics: ClientStatistics { get }

    /// The longest that a statement took since the last call.
    func takeRecentWait() -> Duration

    /// Lets the piece of work under way be the last.
    func stop()

    /// Works until it is stopped; a lost session is a failure, and replaced.
    func run(on target: ConnectionTarget) async
}

extension ApplicationClient {
    /// How long to wait between two pieces of work, as an application's instance waits for its next request.
    ///
    /// Without it a handful of clients is a load test, which leaves a small machine no time for anything else.
    static var thinkTime: Duration { .milliseconds(Int.random(in: 10...30)) }
}
