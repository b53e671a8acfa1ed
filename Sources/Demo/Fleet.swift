import Postgres

/// The running clients of all application versions.
actor Fleet {
    private struct Member {
        let client: Client
        let work: Task<Void, Never>
    }

    static let clientsPerVersion = 2

    private let target: ConnectionTarget
    private let rows: Int
    private var members: [Member] = []

    init(_ target: ConnectionTarget, rows: Int) {
        self.target = target
        self.rows = rows
    }

    var clients: [Client] { members.map(\.client) }

    /// Deploys a version.
    func start(_ version: ApplicationVersion) {
        for _ in 0..<Self.clientsPerVersion {
            let number = members.count
            let stride = ApplicationVersion.allCases.count * Self.clientsPerVersion
            let memory = Memory(remainder: number, of: stride, rows: rows)
            let client = Client(version, number: number + 1, memory: memory)
            let work = Task { [target] in await client.run(on: target) }
            members.append(Member(client: client, work: work))
        }
    }

    /// Lets every client of a version finish what it does, and returns when all have ended.
    func stop(_ version: ApplicationVersion) async {
        let leaving = members.filter { $0.client.version == version }
        for member in leaving { member.client.stop() }
        for member in leaving { await member.work.value }
    }

    /// Lets the clients of `heir` go on with the rows of a version that has ended, and expect what it wrote there.
    func handOver(_ version: ApplicationVersion, to heir: ApplicationVersion) {
        let heirs = clients.filter { $0.version == heir }
        for (former, heir) in zip(clients.filter { $0.version == version }, heirs) { heir.adopt(former.memory) }
    }

    /// Stops everything under way, whatever becomes of it.
    func cancel() async {
        for member in members { member.work.cancel() }
        for member in members { await member.work.value }
    }

    /// The longest wait of all clients since the last call.
    func takeRecentWait() -> Duration { clients.map { $0.takeRecentWait() }.max() ?? .zero }

    func statistics(of version: ApplicationVersion) -> ClientStatistics {
        var sum = ClientStatistics()
        for client in clients where client.version == version { sum.add(client.statistics) }
        return sum
    }
}
