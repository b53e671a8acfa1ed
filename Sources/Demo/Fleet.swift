import Postgres

/// The clients of all application versions.
actor Fleet<Client: ApplicationClient> {
    private struct Member {
        let client: Client
        let work: Task<Void, Never>
    }

    /// What all clients did up to a moment.
    struct Reading: Sendable {
        /// By version; a version that was never deployed has no entry.
        var statistics: [ApplicationVersion: ClientStatistics] = [:]
        /// Versions whose clients are not stopped.
        var running: Set<ApplicationVersion> = []

        /// Of all versions.
        var total: ClientStatistics { statistics.values.reduce(into: ClientStatistics()) { $0.add($1) } }
    }

    private let target: ConnectionTarget
    private var members: [Member] = []
    private var running: Set<ApplicationVersion> = []

    init(_ target: ConnectionTarget) { self.target = target }

    var clients: [Client] { members.map(\.client) }

    var reading: Reading {
        var reading = Reading(running: running)
        for client in clients { reading.statistics[client.version, default: ClientStatistics()].add(client.statistics) }
        return reading
    }

    /// Lets a client work on a session of its own.
    func start(_ client: Client) {
        running.insert(client.version)
        members.append(Member(client: client, work: Task { [target] in await client.run(on: target) }))
    }

    /// Lets every client of a version finish what it does, and returns when all have ended.
    func stop(_ version: ApplicationVersion) async {
        let leaving = members.filter { $0.client.version == version }
        for member in leaving { member.client.stop() }
        for member in leaving { await member.work.value }
        running.remove(version)
    }

    /// Stops everything under way, whatever becomes of it.
    func cancel() async {
        for member in members { member.work.cancel() }
        for member in members { await member.work.value }
        running = []
    }

    /// The longest wait of all clients since the last call.
    func takeRecentWait() -> Duration { clients.map { $0.takeRecentWait() }.max() ?? .zero }
}

extension Fleet<ProfileClient> {
    /// Lets the clients of `heir` go on with the rows of a version that has ended, and expect what it wrote there.
    func handOver(_ version: ApplicationVersion, to heir: ApplicationVersion) {
        let heirs = clients.filter { $0.version == heir }
        for (former, heir) in zip(clients.filter { $0.version == version }, heirs) { heir.adopt(former.memory) }
    }
}
