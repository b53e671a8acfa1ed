import Cluster
import Foundation
import UnixSignals

/// Carries a rename through every phase while applications of three versions keep running, and counts what they met.
@main
struct Demo {
    static func main() async {
        let rows = number(after: "--rows") ?? 1_000_000
        do {
            let cluster = try await Cluster.start(configuration: ["max_wal_size": "4GB", "checkpoint_timeout": "30min"])
            // The server is supervised: it ends and is removed with this process, however that ends.
            let signals = Task {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    await cluster.stop()
                    exit(130)
                }
            }
            let succeeded = try await Story(cluster: cluster, rows: rows).tell()
            signals.cancel()
            await cluster.stop()
            exit(succeeded ? 0 : 1)
        } catch {
            print("the demonstration failed: \(error)")
            exit(1)
        }
    }

    private static func number(after flag: String) -> Int? {
        let arguments = CommandLine.arguments
        guard let place = arguments.firstIndex(of: flag), place + 1 < arguments.count else { return nil }
        return Int(arguments[place + 1])
    }
}
