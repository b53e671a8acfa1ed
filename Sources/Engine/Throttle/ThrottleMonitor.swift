import Foundation
import Postgres
package import SQL
import Synchronization
package import Workflow

/// Watches what a backfill holds back for, beside the copy and never in its way.
///
/// Each signal has a task of its own; whoever copies asks `hold`, which knows the last readings and their age.
package final class ThrottleMonitor: Sendable {
    private let place: Watchpoint
    private let environment: [String: String]
    private let commitLatency: @Sendable () -> Duration?
    private let onChange: @Sendable (_ now: ThrottleReason?, _ before: ThrottleReason?) async -> Void
    private let throttle: Mutex<Throttle>
    private let news: AsyncStream<Void>
    private let newsFeed: AsyncStream<Void>.Continuation

    /// Watches nothing before `run`.
    ///
    /// `onChange` hears when a pause begins or ends, or its reason becomes another; not that the first readings are
    /// still to come.
    package init(
        _ workspace: Workspace,
        plan: String,
        table: QualifiedName,
        settings: ThrottleSettings,
        window: TimeWindow?,
        minimumHold: Duration = Throttle.minimumHold,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        commitLatency: @escaping @Sendable () -> Duration?,
        onChange: @escaping @Sendable (_ now: ThrottleReason?, _ before: ThrottleReason?) async -> Void
    ) {
        let session = MonitorSession {
            try await workspace.openSession(plan, "monitor", settings: MonitorSession.settings)
        }
        place = Watchpoint(session: session, plan: plan, table: TableTree(table))
        self.environment = environment
        self.commitLatency = commitLatency
        self.onChange = onChange
        throttle = Mutex(Throttle(settings, window: window, at: Date(), minimumHold: minimumHold))
        (news, newsFeed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What keeps the next chunk from beginning; nil while it may begin.
    package var hold: ThrottleReason? { throttle.withLock { $0.hold(at: Date()) } }

    /// Changes the limits while the watch goes on; readings of what is still measured stay.
    package func retune(_ settings: ThrottleSettings, window: TimeWindow?) {
        throttle.withLock { $0.retune(settings, window: window, at: Date()) }
        newsFeed.yield()
    }

    /// Watches until the task is cancelled; runs once.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.announce() }
            group.addTask { await self.tick() }
            for collector in collectors() { group.addTask { await self.collect(collector) } }
        }
        await place.session.close()
    }

    // MARK: - Collecting

    /// How often a signal that is off is looked for in the settings.
    private static let idle = Duration.milliseconds(500)
    /// When one more look is needed.
    private static let soon = Duration.milliseconds(100)

    private func collectors() -> [any SignalCollector] {
        [
            FlagFileCollector(signal: .flagFile) { $0.flagFile },
            FlagFileCollector(signal: .sharedFlagFile) { $0.sharedFlagFile },
            ReplicaLagCollector(place),
            ReplicaBytesCollector(place),
            ReplicaURLCollector(place, environment: environment),
            SlotCollector(place: place),
            ActiveSessionCollector(place: place),
            LockWaitCollector(place: place),
            BacklogCollector(place: place),
            WALRateCollector(place),
            OldestTransactionCollector(place),
            XminCollector(place: place),
            WraparoundCollector(place: place),
            LatencyCollector(latency: commitLatency),
            QueryCollector(place: place),
            CommandCollector(),
            URLCollector(),
        ]
    }

    private func collect(_ collector: any SignalCollector) async {
        var collector = collector
        while !Task.isCancelled {
            let settings = throttle.withLock { $0.settings }
            var pause = Self.idle
            if settings.isOn(collector.signal) {
                do {
                    let reading = try await collector.read(settings)
                    if let reading { take(reading, of: collector.signal, under: settings) }
                    pause = reading == nil ? Self.soon : collector.interval(settings)
                } catch {
                    // The end of the watch is no news of the signal.
                    if Task.isCancelled { break }
                    take(SignalReading(error: error), of: collector.signal, under: settings)
                    pause = min(Self.idle, collector.interval(settings))
                }
            }
            do { try await Task.sleep(for: pause) } catch { break }
        }
        await collector.close()
    }

    private func take(_ reading: SignalReading, of signal: Signal, under settings: ThrottleSettings) {
        throttle.withLock { throttle in
            // Retuned meanwhile: this was the reading of another query, file or address.
            guard throttle.settings.measures(signal, as: settings) else { return }
            throttle.take(reading, of: signal, at: Date())
        }
        newsFeed.yield()
    }

    // MARK: - Telling

    /// What changes by time alone: readings age, windows open, pauses have been long enough.
    private func tick() async {
        while (try? await Task.sleep(for: Self.idle)) != nil { newsFeed.yield() }
    }

    private func announce() async {
        var before: ThrottleReason?
        for await _ in news {
            let hold = hold
            let now = hold?.isMeasuring == true ? nil : hold
            if now?.signal != before?.signal || now?.kind != before?.kind { await onChange(now, before) }
            before = now
        }
    }
}
