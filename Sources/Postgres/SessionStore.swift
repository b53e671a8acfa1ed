import Synchronization

/// Keeps sessions open for the work that follows, since to open one costs a server more than most of what is asked in it.
///
/// Only sessions whose state is as it was at their opening may be given back: no open transaction, no setting, no temporary
/// table, no lock.
package final class SessionStore: Sendable {
    private struct Resting {
        let session: Session
        let since: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let settling: @Sendable (Connection) throws -> Void
    private let resting = Mutex<[SessionOptions: [Resting]]>([:])

    /// - Parameters:
    ///   - lifetime: how long a session rests at most; what a firewall or a timeout of the server's does to idle sessions takes
    ///     longer.
    ///   - settling: what is done in a session when it is given back.
    package init(
        lifetime: Duration = .seconds(1),
        settling: @escaping @Sendable (Connection) throws -> Void = { _ in }
    ) {
        self.lifetime = lifetime
        self.settling = settling
    }

    /// A session that was opened with these options, or nil where none rests.
    package func take(_ options: SessionOptions) async -> Session? {
        while let next = resting.withLock({ $0[options]?.popLast() }) {
            if next.since + lifetime > .now, await next.session.isAtRest { return next.session }
            await next.session.close()
        }
        return nil
    }

    /// Ends the sessions that rest here.
    package func close() async {
        let resting = resting.withLock { resting in
            defer { resting = [:] }
            return resting.values.joined().map(\.session)
        }
        for session in resting { await session.close() }
    }

    /// Keeps a session for the next that asks, or closes it where it cannot be used again.
    package func giveBack(_ session: Session, _ options: SessionOptions) async {
        guard !session.isPooled, await session.isAtRest else { return await session.close() }
        do {
            try await session.run(settling)
        } catch {
            return await session.close()
        }
        resting.withLock { $0[options, default: []].append(Resting(session: session, since: .now)) }
    }
}
