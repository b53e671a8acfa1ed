import Foundation
import Workflow

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// An address that answers with 2xx while the backfill may go on.
struct URLCollector: SignalCollector {
    let signal = Signal.url
    var timeout = Duration.seconds(1)

    func interval(_: ThrottleSettings) -> Duration { .seconds(2) }

    func read(_ settings: ThrottleSettings) async throws -> SignalReading? {
        guard let text = settings.url, let url = URL(string: text), let host = url.host() else {
            return .unmeasurable("the address cannot be read")
        }
        let status: Result<Int, any Error>? = try await withTimeout(timeout) {
            let configuration = URLSessionConfiguration.ephemeral
            configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
            configuration.timeoutIntervalForRequest = 5
            let session = URLSession(configuration: configuration)
            defer { session.invalidateAndCancel() }
            do {
                let (_, response) = try await session.data(from: url)
                return .success((response as? HTTPURLResponse)?.statusCode ?? 0)
            } catch {
                return .failure(error)
            }
        }
        return switch status {
        case nil: .unmeasurable("\(host) did not answer within \(ThrottleWords.seconds(timeout.seconds))")
        // The error's own text may hold the whole address, and that a token.
        case .failure(let error): .unmeasurable("\(host) does not answer (\(Self.words(error)))")
        case .success(let code): .judged(holds: !(200..<300).contains(code), "\(host) answers with \(code)")
        }
    }

    private static func words(_ error: any Error) -> String {
        switch (error as? URLError)?.code {
        case .cannotConnectToHost?: "cannot connect"
        case .cannotFindHost?, .dnsLookupFailed?: "no such host"
        case .secureConnectionFailed?, .serverCertificateUntrusted?: "no secure connection"
        case let code?: "error \(code.rawValue)"
        case nil: "\(type(of: error))"
        }
    }
}

/// Runs work that is cancelled, and then gives nil, when the time is over.
func withTimeout<T: Sendable>(_ timeout: Duration, _ work: @escaping @Sendable () async throws -> T) async throws -> T?
{
    try await withThrowingTaskGroup(of: T?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: timeout)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
