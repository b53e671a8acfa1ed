package import Foundation

extension Gate {
    /// Whether nobody has written only the old side for so long, as far as that can be told.
    static func noLegacyWrites(_ duration: Duration, _ facts: GateFacts) -> RequirementResult {
        let name = "no_legacy_writes"
        guard facts.takesFromWriters else {
            return RequirementResult(name, .open, "contract takes away nothing that anybody writes")
        }
        guard facts.writersAreRecorded else {
            let reason =
                "inconclusive: nothing records who writes the old side; put an approval into contract.requires instead"
            return RequirementResult(name, .waiting, reason)
        }
        if let unrecorded = unrecorded(name, facts) { return unrecorded }
        guard let since = facts.recordingSince else {
            return RequirementResult(name, .waiting, "writes are recorded from expand on")
        }
        if let (last, others, opensAt) = latest(facts.legacyWriters, within: duration, facts.now) {
            let reason = describe(last, did: facts.legacyWrite, since: facts.now.addingTimeInterval(-duration.seconds))
            return RequirementResult(name, .closed, reason + others, opensAt: opensAt)
        }
        let opens = since.addingTimeInterval(duration.seconds)
        if facts.now < opens {
            return RequirementResult(name, .waiting, "recorded for too short a time", opensAt: opens)
        }
        if !facts.insertsAreToldApart {
            return RequirementResult(
                name,
                .waiting,
                "inconclusive: no UPDATE wrote the old side alone, but the old column has a default made for each row, so "
                    + "that INSERTs cannot be told apart; put an approval into contract.requires instead"
            )
        }
        guard let statements = facts.untracedWriters else {
            return RequirementResult(name, .open, "no session \(facts.legacyWrite)")
        }
        if case .unknown(let reason) = statements {
            return RequirementResult(
                name,
                .waiting,
                "inconclusive: no session \(facts.legacyWrite) to another value, but one that writes both columns to the same "
                    + "leaves no trace but its statement: \(reason); or put an approval into contract.requires instead"
            )
        }
        return unused(name, statements, duration, facts.now)
    }

    /// The result while missing evidence proves nothing; nil where every write would have been recorded.
    private static func unrecorded(_ name: String, _ facts: GateFacts) -> RequirementResult? {
        if let first = facts.recordingBreaks.first {
            return RequirementResult(name, .closed, "writes may be unrecorded: \(first)")
        }
        guard let last = facts.recordingUnseenSince else { return nil }
        let reason =
            "the rights or functions that record writes were changed after \(timestamp(last)): writes since then may be "
            + "unrecorded; the time counts again from the next crossfade verify on"
        return RequirementResult(name, .closed, reason)
    }

    /// Who wrote last, how many others did, and when the gate opens; nil where nobody may have within the duration.
    private static func latest(
        _ writers: [GateFacts.LegacyWriter],
        within duration: Duration,
        _ now: Date
    ) -> (last: GateFacts.LegacyWriter, others: String, opensAt: Date)? {
        guard duration > .zero else { return nil }
        let present = writers.filter { now < $0.mayHaveWrittenUntil.addingTimeInterval(duration.seconds) }
        guard let last = present.max(by: { $0.lastSeen < $1.lastSeen }) else { return nil }
        let others = present.count > 1 ? " (and \(count(Int64(present.count - 1), "other writer")))" : ""
        return (last, others, last.mayHaveWrittenUntil.addingTimeInterval(duration.seconds))
    }

    /// With keys of rows that were noted since a time: those of before may have been mended long ago.
    private static func describe(_ writer: GateFacts.LegacyWriter, did what: String, since: Date) -> String {
        let name = writer.applicationName.isEmpty ? "an application without a name" : "'\(writer.applicationName)'"
        let place = writer.client.map { " from \($0)" } ?? ""
        let earliest = since.addingTimeInterval(-GateFacts.LegacyWriter.unnoted)
        let keys = writer.samples.filter { $0.seenAt > earliest }.prefix(3).map(\.key)
        let rows = keys.isEmpty ? "" : "; for example \(keys.joined(separator: "; "))"
        let first = writer.firstSeen < writer.lastSeen ? "first at \(timestamp(writer.firstSeen)), " : ""
        return
            "\(name) as role \(writer.role)\(place) \(what) at least \(count(writer.writes, "time")), "
            + "\(first)last at \(timestamp(writer.lastSeen))\(rows)"
    }
}

extension Gate {
    /// Whether the deployed code has written both sides for so long, where it is the one to do so.
    ///
    /// Asked before backfill, since nothing copies what is written beside it, and before enforce, whose constraints a
    /// version that writes one side would fail at.
    static func dualWrites(_ duration: Duration, _ facts: GateFacts) -> RequirementResult {
        let name = "dual writes"
        if let unrecorded = unrecorded(name, facts) { return unrecorded }
        guard let since = facts.recordingSince else {
            return RequirementResult(name, .waiting, "writes are recorded from expand on")
        }
        if let (last, others, opensAt) = latest(facts.missedDualWrites, within: duration, facts.now) {
            let reason = missed(last, since: facts.now.addingTimeInterval(-duration.seconds)) + others
            let way = "; where that cannot be corrected, roll back and begin anew with dual_write.by: trigger"
            return RequirementResult(name, .closed, reason + way, opensAt: opensAt)
        }
        let opens = since.addingTimeInterval(duration.seconds)
        if facts.now < opens {
            return RequirementResult(name, .waiting, "recorded for too short a time", opensAt: opens)
        }
        return RequirementResult(name, .open, "no write left a side out for \(duration.inWords)")
    }

    /// Who left a side out, when, and of which rows since a time.
    package static func missed(_ writer: GateFacts.LegacyWriter, since: Date) -> String {
        describe(writer, did: "did not write both sides to values that fit,", since: since)
    }
}

extension Gate {
    /// Whether no statement has used the old side for so long, as far as the server tells.
    static func noLegacyReads(_ duration: Duration, _ facts: GateFacts) -> RequirementResult {
        unused("no_legacy_reads", facts.readers, duration, facts.now)
    }

    private static func unused(
        _ name: String,
        _ readers: GateFacts.Readers,
        _ duration: Duration,
        _ now: Date
    ) -> RequirementResult {
        switch readers {
        case .nothingToRead: return RequirementResult(name, .open, "no name that is used goes away")
        case .unknown(let reason): return RequirementResult(name, .waiting, "inconclusive: \(reason)")
        case .unwatched:
            let reason = "statements are watched from the first full check after expand on: run verify"
            return RequirementResult(name, .waiting, reason)
        case .watched(let since, let readers):
            let window = duration.seconds
            let present = readers.filter { now.timeIntervalSince($0.lastSeen) < window }
            if let last = present.max(by: { $0.lastSeen < $1.lastSeen }) {
                let others = present.count > 1 ? " (and \(count(Int64(present.count - 1), "other statement")))" : ""
                return RequirementResult(
                    name,
                    .closed,
                    "role \(last.role) used the old side, last seen at \(timestamp(last.lastSeen)), "
                        + "\(count(last.calls, "time")) since \(timestamp(since)): \(last.query)\(others)",
                    opensAt: last.lastSeen.addingTimeInterval(window)
                )
            }
            let opens = since.addingTimeInterval(window)
            if now < opens {
                return RequirementResult(name, .waiting, "watched for too short a time", opensAt: opens)
            }
            let last = readers.map(\.lastSeen).max() ?? since
            return RequirementResult(name, .open, "no statement has used the old side since \(timestamp(last))")
        }
    }
}

extension Gate {
    /// Whether the old shape was away for so long, since enforce was verified, and nobody missed it.
    static func brownout(_ duration: Duration, _ facts: GateFacts) -> RequirementResult {
        let name = Brownout.requirement
        guard let last = facts.lastBrownout, let ended = last.endedAt, let outcome = last.outcome else {
            let reason =
                facts.lastBrownout == nil ? "none was held since enforce was verified" : "one is under way"
            return RequirementResult(name, .waiting, "\(reason): crossfade brownout holds one of \(duration.inWords)")
        }
        switch outcome {
        case .named:
            let what = last.sightings.first.map(missing) ?? "a statement named the old shape"
            let reason = "\(what); once that is corrected, another brownout must hold"
            return RequirementResult(name, .closed, reason)
        case .ended, .kept:
            return RequirementResult(name, .waiting, "the last one was ended before its time: hold another")
        case .inconclusive:
            let reason =
                "in the last one \(count(last.rollbacks ?? 0, "transaction")) of the database rolled back for an unknown reason: "
                + "look for failed statements in the server's log, then hold another"
            return RequirementResult(name, .waiting, reason)
        case .held where last.duration < duration:
            let reason = "the last one was of \(last.duration.inWords), and \(duration.inWords) are asked for"
            return RequirementResult(name, .waiting, reason)
        case .held:
            let reason =
                "away for \(last.duration.inWords) until \(timestamp(ended)), no session was seen to name it, and no transaction failed"
            return RequirementResult(name, .open, reason)
        }
    }

    /// Who named the old shape while it was away.
    package static func missing(_ sighting: Brownout.Sighting) -> String {
        let name = sighting.applicationName.isEmpty ? "an application without a name" : "'\(sighting.applicationName)'"
        let place = sighting.client.map { " from \($0)" } ?? ""
        return
            "\(name) as role \(sighting.role)\(place) named the old shape at \(timestamp(sighting.seenAt)): \(sighting.query)"
    }
}
