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
        return try draining.get().results(orError: watch.interruption?.error(statement: text))
    }

    /// What came back for one message.
    private struct Answers {
        var results: [CommandResult] = []
        var failure: ServerError?

        /// An interrupted statement fails with `queryCanceled`; so does one that ran into `statement_timeout`.
        func results(orError interruption: PostgresError?) throws(PostgresError) -> [CommandResult] {
            guard let failure else { return results }
            if failure.state == .queryCanceled, let interruption { throw interruption }
            throw .server(failure)
        }
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
                let failure = result.fields.serverError(statement: text, statementIndex: answers.results.count)
                // Without a code it is libpq that speaks: of a broken connection, or of a protocol it cannot follow.
                guard let failure, handle.isOpen else { throw lost(result.errorMessage, failure?.state) }
                answers.failure = failure
            }
        }
        guard handle.isOpen else { throw lost(handle.errorMessage, answers.failure?.state) }
        return answers
    }

    private func awaitResult(_ handle: ConnectionHandle, _ watch: inout Watch) throws(PostgresError) {
        while !handle.awaitResult(patience: watch.pollInterval(now: .now)) {
            switch watch.verdict(now: .now) {
            case .wait:
                break
            case .cancel:
                canceller.requestForPresentLoan()
            case .giveUp:
                throw lost("the server did not answer within \(patience)")
            }
        }
    }

    /// Closes the connection, of which nothing more can be said.
    private func lost(_ message: String, _ state: SQLState? = nil) -> PostgresError {
        let reason = target.scrubbed(message)
        close()
        return .connectionLost(state.map { "\(reason) [\($0)]" } ?? reason)
    }
}
