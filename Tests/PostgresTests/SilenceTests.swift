import Foundation
import Testing
import TestSupport

@testable import Postgres

/// A peer that acknowledges what it is sent, and forwards nothing.
@Suite(.load(.quiet), .scratchDatabase, .timeLimit(.minutes(60))) struct SilenceTests {
    /// The usual pace, a hundred times faster.
    private static let pace = SilencePace(
        quiet: .milliseconds(200),
        pause: .milliseconds(50),
        answer: .milliseconds(400)
    )

    /// Asks as often, and gives a busy machine the time to answer.
    private static let patient = SilencePace(quiet: .milliseconds(200), pause: .milliseconds(50), answer: .seconds(60))

    private func options(_ pace: SilencePace = Self.pace) -> SessionOptions {
        var options = SessionOptions(applicationName: "tests")
        options.silence = pace
        return options
    }

    private func connection(through relay: StallingRelay, _ pace: SilencePace = Self.pace) throws -> Connection {
        try Connection.open(ConnectionTarget(url: relay.url, environment: [:]), options(pace))
    }

    @Test func `the usual pace notices within a minute`() {
        let pace = SilencePace.standard
        #expect(pace.quiet + pace.answer + pace.pause + pace.answer < .seconds(60))
        // A step that changes the schema is over or cancelled by then: only long statements are asked about.
        #expect(pace.quiet > .seconds(10))
    }

    @Test(arguments: [StallingRelay.Mode.holdingOld, .holdingAll])
    func `a statement that is not forwarded is a lost connection`(_ mode: StallingRelay.Mode) throws {
        let relay = try StallingRelay()
        defer { relay.stop() }
        let connection = try connection(through: relay)
        #expect(!connection.isPooled)
        relay.set(mode)
        let error = try failure(of: { try connection.query("SELECT 1") })
        guard case .connectionLost(let reason) = error else { throw try #require(error) }
        #expect(reason.contains("no answer of it arrives"))
        #expect(!connection.isUsable)
    }

    @Test func `a transaction that is not forwarded is a lost connection`() throws {
        let relay = try StallingRelay()
        defer { relay.stop() }
        let connection = try connection(through: relay)
        let error = try failure(of: {
            try connection.transaction { connection in
                try connection.execute("CREATE TABLE public.t (a int)")
                relay.set(.holdingOld)
                try connection.execute("INSERT INTO public.t VALUES (1)")
            }
        })
        guard case .connectionLost = error else { throw try #require(error) }
    }

    @Test func `an answer that is not forwarded is lost`() async throws {
        let relay = try StallingRelay()
        defer { relay.stop() }
        let session = try await Session.open(ConnectionTarget(url: relay.url, environment: [:]), options())
        let observer = try await ScratchDatabase.current.session()
        let statement = Task { try await session.run { try $0.query("SELECT pg_sleep(600)") } }
        try await waitUntil("the statement to run") {
            try await observer.run { connection in
                try connection.query(
                    "SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'",
                    [session.processID]
                ).count == 1
            }
        }
        relay.set(.holdingOld)
        try await observer.run { _ = try $0.query("SELECT pg_cancel_backend($1)", [session.processID]) }
        let error = try await failure(of: { try await statement.value })
        guard case .connectionLost = error else { throw try #require(error) }
    }

    @Test func `a statement that takes its time is left alone`() throws {
        let relay = try StallingRelay()
        defer { relay.stop() }
        let connection = try connection(through: relay, Self.patient)
        // Asked about several times meanwhile.
        #expect(try connection.query("SELECT pg_sleep(2)").count == 1)
    }

    @Test func `a statement that waits for its turn in a pooler is left alone`() async throws {
        let options = options(Self.patient)
        try await TransactionPooler.with(size: 1) { pooler in
            let busy = try await Session.open(pooler.target, options)
            let waiting = try await Session.open(pooler.target, options)
            async let long = busy.run { try $0.query("SELECT pg_sleep(2)").count }
            let short = try await waiting.run { try $0.query("SELECT 1").count }
            #expect(try await long == 1)
            #expect(short == 1)
        }
    }
}
