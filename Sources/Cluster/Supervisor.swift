import Subprocess

/// The parent's end of the process that runs `SupervisorScript`.
final class Supervisor: Sendable {
    private let orders: AsyncStream<String>.Continuation
    private let reports: Reports
    private let watching: Task<Void, Never>

    /// Starts the process; `next` then gives its reports in turn.
    init(arguments: [String], user: OrdinaryUser?) {
        let (orderStream, orders) = AsyncStream.makeStream(of: String.self)
        let reports = Reports()
        self.orders = orders
        self.reports = reports
        var options = PlatformOptions()
        // Away from the terminal: Ctrl-C is for the parent, whose end then ends the input.
        options.createSession = true
        let shell = ["/bin/sh", "-c", SupervisorScript.text, "crossfade-cluster"]
        let command = (user?.prefix ?? []) + shell + arguments
        watching = Task.detached { [options] in
            do {
                await reports.end(try await Self.watch(command, options, orderStream, orders, reports))
            } catch {
                await reports.end("\(error)")
            }
        }
    }

    deinit { orders.finish() }

    /// Sends an order, which the next report answers.
    func send(_ order: String) {
        orders.yield(order)
    }

    /// The next report, as soon as it is there.
    func next() async throws(ClusterError) -> String {
        try await reports.next()
    }

    /// Ends the input, and returns when the server is stopped and the folder removed.
    func stop() async {
        orders.finish()
        await watching.value
    }

    /// Runs the process to its end, and returns how that was.
    private static func watch(
        _ command: [String],
        _ options: PlatformOptions,
        _ orderStream: AsyncStream<String>,
        _ orders: AsyncStream<String>.Continuation,
        _ reports: Reports
    ) async throws -> String {
        let result = try await run(
            // A name is looked up in PATH and a path needs another module's type: the shell takes either.
            .name("sh"),
            arguments: Arguments(["-c", #"exec "$@""#, "sh"] + command),
            environment: .inherit.updating(["LC_ALL": "C", "TZ": "UTC"]),
            platformOptions: options,
            input: .inputWriter,
            output: .sequence,
            error: .string(limit: 16_384)
        ) { execution in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await order in orderStream {
                        _ = try await execution.standardInputWriter.write(order + "\n")
                    }
                    try await execution.standardInputWriter.finish()
                }
                for try await line in execution.standardOutput.strings() {
                    await reports.add(line)
                }
                // The process has closed its output, that is, has ended.
                orders.finish()
                try await group.waitForAll()
            }
        }
        return "\(result.terminationStatus) \(result.standardError)"
    }
}

/// Reports in the order they came in, each given to one reader in the order they asked.
private actor Reports {
    private var unread: [String] = []
    private var readers: [CheckedContinuation<Result<String, ClusterError>, Never>] = []
    private var ending: ClusterError?

    func add(_ report: String) {
        if readers.isEmpty {
            unread.append(report)
        } else {
            readers.removeFirst().resume(returning: .success(report))
        }
    }

    func end(_ reason: String) {
        let error = ClusterError.supervisorEnded(reason)
        ending = error
        for reader in readers { reader.resume(returning: .failure(error)) }
        readers = []
    }

    func next() async throws(ClusterError) -> String {
        if !unread.isEmpty { return unread.removeFirst() }
        if let ending { throw ending }
        return try await withCheckedContinuation { readers.append($0) }.get()
    }
}
