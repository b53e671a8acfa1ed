import ArgumentParser
import Workflow

/// A duration as plans write it: `500ms`, `30s`, `10m`, `24h`, `7d`.
struct WaitingTime: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        guard let duration = Duration(planText: argument) else { return nil }
        self.duration = duration
    }
}
