import Dispatch
import Synchronization

/// Cancels what a connection is running, and never what it runs next.
///
/// PQcancel names a backend, not a statement: the server stops whatever runs there when the request arrives. So a
/// request is sent only while a cancellable statement of the loan that it is meant for is under way, and that statement
/// does not count as over before a request on its way has arrived.
final class Canceller: Sendable {
    private struct State {
        /// The number of the loan that has the connection; 0 while none has.
        var loan = 0
        var isExecuting = false
    }

    private let token: CancelToken
    private let state = Mutex(State())
    private let loansBegun = Atomic<Int>(0)
    /// Entered while a request is on its way, and only while `isExecuting` is set.
    private let requests = DispatchGroup()
    // PQcancel blocks for a round trip; it must hold up neither the session nor the Swift pool.
    private let queue = DispatchQueue(label: "crossfade.postgres.cancel")

    init(token: CancelToken) {
        self.token = token
    }

    // MARK: - Loans

    /// A number for a loan that is about to begin.
    func newLoan() -> Int {
        loansBegun.add(1, ordering: .relaxed).newValue
    }

    /// From here on, requests are meant for this loan or are void.
    func begin(loan: Int) {
        state.withLock { $0.loan = loan }
    }

    /// Makes every request void that is still to come for the loan.
    func end() {
        state.withLock { $0.loan = 0 }
    }

    // MARK: - Statements

    /// From here on, requests for the present loan are sent.
    func statementBegins() {
        state.withLock { $0.isExecuting = true }
    }

    /// Lets no further request through and waits for one on its way; false when that one hangs.
    func statementEnds(patience: Duration) -> Bool {
        state.withLock { $0.isExecuting = false }
        return requests.wait(timeout: .now() + .milliseconds(Int(patience.wholeMilliseconds))) == .success
    }

    // MARK: - Requests

    /// Stops the statement under way if it belongs to this loan.
    ///
    /// A request that comes a moment too early is void; the wait loop of the statement repeats it.
    func request(loan: Int) {
        queue.async { [self] in
            let isDue = state.withLock { state in
                guard state.isExecuting, state.loan == loan else { return false }
                requests.enter()
                return true
            }
            guard isDue else { return }
            token.send()
            requests.leave()
        }
    }

    /// Stops the statement under way, on behalf of whoever runs it.
    func requestForPresentLoan() {
        request(loan: state.withLock { $0.loan })
    }
}
