import Foundation
import Workflow

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request over HTTP, of which only the status of the answer matters.
struct WebCall: Sendable {
    let url: URL
    /// Posted as JSON; nil asks with GET.
    var body: String?
    /// The header of that name.
    var authorization: String?
    let timeout: Duration

    /// What became of it.
    enum Answer: Sendable, Equatable {
        case status(Int)
        /// Nothing within the time.
        case silence
        /// In words that do not hold the address, and with it a token.
        case unreachable(String)

        var isYes: Bool { if case .status(200..<300) = self { true } else { false } }
    }

    func answer() async throws -> Answer {
        let answer: Answer? = try await withTimeout(timeout) {
            let configuration = URLSessionConfiguration.ephemeral
            configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
            configuration.timeoutIntervalForRequest = timeout.seconds + 5
            let session = URLSession(
                configuration: configuration,
                delegate: Guide(isPost: body != nil),
                delegateQueue: nil
            )
            defer { session.invalidateAndCancel() }
            do {
                let (_, response) = try await session.data(for: request)
                return .status((response as? HTTPURLResponse)?.statusCode ?? 0)
            } catch {
                return .unreachable(Self.words(error))
            }
        }
        try Task.checkCancellation()
        return answer ?? .silence
    }

    private var request: URLRequest {
        var request = URLRequest(url: url)
        if let body {
            request.httpMethod = "POST"
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        if let authorization { request.setValue(authorization, forHTTPHeaderField: "Authorization") }
        return request
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

/// Keeps what is posted from being asked for elsewhere: a redirection turns a POST into a GET.
private final class Guide: NSObject, URLSessionTaskDelegate, Sendable {
    private let isPost: Bool

    init(isPost: Bool) { self.isPost = isPost }

    func urlSession(
        _: URLSession,
        task _: URLSessionTask,
        willPerformHTTPRedirection _: HTTPURLResponse,
        newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(isPost ? nil : request)
    }
}
