extension Connection {
    /// Sends one message and takes all of its results.
    ///
    /// The results are drained even when one is an error, so that the connection is ready for the next message.
    /// `text` is what `send` hands to libpq, for errors; a shielded message knows neither cancellation nor deadline.
    @discardableResult
    func exchange(
        _ text: String,
        isShielded: Bool = false,
        send: (ConnectionHandle) -> Bool
    ) throws(PostgresError) -> [CommandResult] {
        var watch = Watch(deadline: deadline, patience: patience, isShielded: isShielded)
        guard let handle, handle.isOpen else { throw .connectionFailed("the connection was closed before") }
        if let interruption = watch.interruption(now: .now) { throw interruption.error(statement: text) }
        if !isShielded { notices = [] }
        guard send(handle) else { throw lost(handle.errorMessage) }

        if !isShielded { canceller.statementBegins() }
        let draining = Result { () throws(PostgresError) in try drain(handle, text, &watch) }
        let isSettled = isShielded || canceller.statementEnds(patience: patience)
        notices += handle.takeNotices()
        // A request that hangs could still hit the next statement.
        if !isSettled { close() }
        let answers = try draining.get()
        if handle.isOpen, handle.transactionStatus == .idle,
            answers.failure != nil || answers.results.last?.tag == "ROLLBACK"
        {
            rollbacks += 1
        }
        guard let failure = answers.failure else { return answers.results }
        // `queryCanceled` is also the end of a statement that ran into `statement_timeout`, or that somebody else
        // cancelled. Asked for once more: the session's own request may have been faster than the last look.
        if failure.state == .queryCanceled, let interruption = watch.interruption(now: .now) {
            throw interruption.error(statement: text)
        }
        throw .server(failure)
    }

    /// What came back for one message.
    private struct Answers {
        var results: [CommandResult] = []
        var failure: ServerError?
    }

    private func drain(
        _ handle: ConnectionHandle,
        _ text: String,
        _ watch: inout Watch
    ) throws(PostgresError) -> Answers {
        var answers = Answers()
        while true {
            try awaitResult(handle, &watch)
            guard let result = handle.nextResult() else { break }
            switch result.kind {
            case .success:
                answers.results.append(result.command())
            case .empty:
                break
            case .copy:
                close()
                throw .usage("COPY from or to the client is not supported; the connection was closed")
            case .failure:
                guard let failure = result.fields.serverError(statement: text, statementIndex: answers.results.count)
                else {
                    // It is libpq that speaks: of a broken connection, or of a protocol it cannot follow.
                    throw lost(result.errorMessage, after: answers.failure)
                }
                answers.failure = failure
            }
        }
        guard handle.isOpen else { throw lost(handle.errorMessage, after: answers.failure) }
        return answers
    }

    private func awaitResult(_ handle: ConnectionHandle, _ watch: inout Watch) throws(PostgresError) {
        while !handle.awaitResult(patience: watch.pollInterval(now: .now)) {
            switch watch.verdict(now: .now) {
            case .wait:
                if let silence, silence.isLost(silentSince: handle.lastWord, now: .now) {
                    throw lost("the server does not work on the statement any more, and no answer of it arrives")
                }
            case .cancel:
                canceller.requestForPresentLoan()
            case .giveUp:
                throw lost("the server did not answer within \(patience)")
            }
        }
    }

    /// Closes the connection; the server's last word, if it had one, says more than libpq's.
    private func lost(_ message: String, after failure: ServerError? = nil) -> PostgresError {
        close()
        return .connectionLost(target.scrubbed(failure.map { "\($0.message) [\($0.state)]" } ?? message))
    }
}
