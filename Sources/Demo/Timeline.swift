import Synchronization

/// The parts of the demonstration as they happen, each drawn as one line of a `PartTable`.
struct Timeline<Client: ApplicationClient>: Sendable {
    let fleet: Fleet<Client>
    let table: PartTable

    private static var redrawInterval: Duration { .milliseconds(200) }

    /// Writes the table's header.
    func begin() { Screen.show(table.header) }

    /// Writes a line about a deployment, between two parts.
    func note(_ text: String) { Screen.show("  * \(text)") }

    /// Runs the work of a part, and writes its line; the work may tell the gauge its progress.
    func measure<Value: Sendable>(
        _ name: String,
        _ work: (Gauge) async throws -> Value
    ) async throws -> Value {
        _ = await fleet.takeRecentWait()
        let gauge = Gauge()
        let measurement = Measurement(name: name, start: .now, before: await fleet.reading, gauge: gauge)
        let result: Result<Value, any Error>
        do {
            // The end of this scope cancels it.
            async let _ = draw(measurement)
            result = .success(try await work(gauge))
        } catch {
            result = .failure(error)
        }
        Screen.show(table.line(await part(measurement)))
        return try result.get()
    }

    // MARK: - Drawing

    /// The beginning of a part.
    private struct Measurement: Sendable {
        let name: String
        let start: ContinuousClock.Instant
        let before: Fleet<Client>.Reading
        let gauge: Gauge
    }

    private func draw(_ measurement: Measurement) async {
        while !Task.isCancelled {
            var part = await part(measurement)
            part.percent = measurement.gauge.percent
            Screen.draw(table.line(part))
            // Only cancellation ends the sleep early.
            try? await Task.sleep(for: Self.redrawInterval)
        }
    }

    private func part(_ measurement: Measurement) async -> Part {
        measurement.gauge.note(await fleet.takeRecentWait())
        let (before, now) = (measurement.before, await fleet.reading)
        var part = Part(name: measurement.name, time: .now - measurement.start)
        for (version, statistics) in now.statistics {
            let count = statistics.statements - (before.statistics[version]?.statements ?? 0)
            if count > 0 || now.running.contains(version) { part.statements[version] = count }
        }
        part.failures = now.total.failures - before.total.failures
        part.longestWait = part.statements.isEmpty ? nil : measurement.gauge.longestWait
        return part
    }
}

/// The progress of a part, and the longest wait in it so far.
final class Gauge: Sendable {
    private let state = Mutex<(percent: Int?, longestWait: Duration)>((nil, .zero))

    var percent: Int? { state.withLock { $0.percent } }
    var longestWait: Duration { state.withLock { $0.longestWait } }

    func note(percent: Int) { state.withLock { $0.percent = percent } }

    func note(_ wait: Duration) { state.withLock { $0.longestWait = max($0.longestWait, wait) } }
}
