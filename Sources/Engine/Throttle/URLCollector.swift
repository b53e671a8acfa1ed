import Foundation
import Workflow

/// An address that answers with 2xx while the backfill may go on.
struct URLCollector: SignalCollector {
    let signal = Signal.url
    var timeout = Duration.seconds(1)

    func interval(_: ThrottleSettings) -> Duration { .seconds(2) }

    func read(_ settings: ThrottleSettings) async throws -> SignalReading? {
        guard let text = settings.url, let url = URL(string: text), let host = url.host() else {
            return .unmeasurable("the address cannot be read")
        }
        return switch try await WebCall(url: url, timeout: timeout).answer() {
        case .silence: .unmeasurable("\(host) did not answer within \(ThrottleWords.seconds(timeout.seconds))")
        case .unreachable(let why): .unmeasurable("\(host) does not answer (\(why))")
        case .unsent(let why): .unmeasurable(why)
        case .status(let code): .judged(holds: !(200..<300).contains(code), "\(host) answers with \(code)")
        }
    }
}
