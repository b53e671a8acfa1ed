import Testing

@testable import Workflow

/// The state machine: every status with every event, and the rules between phases.
struct RunTests {
    @Test func `every status answers every event, by a move or by none`() {
        var moves = 0
        for status in PhaseStatus.allCases {
            for event in PhaseStatus.Event.allCases {
                let found = PhaseStatus.transitions.filter { $0.from == status && $0.event == event }
                #expect(found.count <= 1, "\(status) has two answers to \(event)")
                #expect(status.after(event) == found.first?.to)
                moves += found.count
            }
        }
        #expect(moves == PhaseStatus.transitions.count)
    }

    /// A run in each state that the events can lead to, found by walking all of them.
    private static let reachable: Set<Run> = {
        var seen: Set<Run> = [Run(), Run(movesPrimaryKey: true)]
        var waiting = Array(seen)
        while let run = waiting.popLast() {
            for event in events {
                var next = run
                guard (try? next.handle(event)) != nil, seen.insert(next).inserted else { continue }
                waiting.append(next)
            }
        }
        return seen
    }()

    private static let events: [Event] =
        [
            .pause, .resume, .repair, .checked(passed: true), .checked(passed: false), .purge(gate: .open),
            .purge(gate: .waiting),
            .purge(gate: .closed), .purged, .rollBack(to: nil),
        ]
        + Phase.allCases.flatMap { phase -> [Event] in
            [
                .begin(phase, gate: .open), .begin(phase, gate: .waiting), .begin(phase, gate: .closed),
                .applied(phase),
                .failed(phase), .verified(phase), .rollBack(to: phase), .undone(phase),
            ]
        }

    @Test func `in every reachable state every event moves the run or is refused by name, and changes nothing then`() {
        let runs = Self.reachable
        #expect(runs.count > 100)
        for run in runs {
            for event in Self.events {
                var next = run
                do throws(Refusal) {
                    _ = try next.handle(event)
                } catch {
                    #expect(next == run)
                    #expect(!error.message.isEmpty)
                    #expect(error.event == event.name)
                }
            }
        }
    }

    @Test func `a phase is verified only after every phase before it`() {
        for run in Self.reachable where run.state != .rollingBack {
            for (before, after) in zip(Phase.allCases, Phase.allCases.dropFirst()) where run.status(of: after).hasBegun
            {
                #expect(run.status(of: before) == .verified, "\(after) has begun in \(run)")
            }
        }
    }

    @Test func `after purge no event undoes anything`() {
        for run in Self.reachable where run.state == .completed {
            for event in Self.events {
                var next = run
                #expect(throws: Refusal.self, "\(event.name)") { try next.handle(event) }
            }
        }
    }

    @Test func `a failed check stops begin, verified, resume and purge until a newer one passes`() throws {
        for run in Self.reachable where run.isBlocked && !run.state.isOver {
            let stopped: [Event] =
                Phase.allCases.flatMap { [.begin($0, gate: .open), .verified($0)] } + [.resume, .purge(gate: .open)]
            for event in stopped {
                var next = run
                #expect(throws: Refusal.self, "\(event.name) in \(run)") { try next.handle(event) }
            }
            var next = run
            _ = try next.handle(.checked(passed: true))
            #expect(!next.isBlocked)
        }
    }

    @Test func `a failed check leaves a way out, also to a run that is paused`() throws {
        for run in Self.reachable where run.isBlocked && (run.state == .active || run.state == .paused) {
            guard run.status(of: .backfill) == .verified, !run.status(of: .contract).hasBegun else { continue }
            var next = run
            #expect(try next.handle(.repair) == [.copyViolatingRows])
            _ = try next.handle(.checked(passed: true))
            if run.state == .paused { _ = try next.handle(.resume) }
            #expect(next.state == .active)
        }
    }

    @Test(arguments: [GateVerdict.waiting, .closed])
    func `a gate that is not open keeps its phase from beginning`(_ verdict: GateVerdict) throws {
        var run = Run()
        let refusal = #expect(throws: Refusal.self) { try run.handle(.begin(.expand, gate: verdict)) }
        #expect(refusal?.reason == .gate(.expand, verdict))
        #expect(run == Run())
    }

    @Test func `a phase under way goes on without asking its gate again`() throws {
        var run = Run()
        #expect(try run.handle(.begin(.expand, gate: .open)) == [.applySteps(.expand)])
        #expect(try run.handle(.failed(.expand)) == [])
        #expect(try run.handle(.begin(.expand, gate: .closed)) == [.applySteps(.expand)])
        #expect(try run.handle(.applied(.expand)) == [.verify(.expand)])
        #expect(try run.handle(.begin(.expand, gate: .closed)) == [.verify(.expand)])
    }

    @Test func `a rollback under way keeps its target and must be ended first`() throws {
        var run = try run(through: .enforce)
        #expect(
            try run.handle(.rollBack(to: .expand)) == [
                .undoSteps(.enforce), .undoSteps(.dualWriteCheck), .undoSteps(.backfill),
            ]
        )
        #expect(throws: Refusal.self) { try run.handle(.rollBack(to: .backfill)) }
        #expect(throws: Refusal.self) { try run.handle(.begin(.contract, gate: .open)) }
        _ = try run.handle(.undone(.enforce))
        #expect(try run.handle(.rollBack(to: nil)) == [.undoSteps(.dualWriteCheck), .undoSteps(.backfill)])
        _ = try run.handle(.undone(.dualWriteCheck))
        _ = try run.handle(.undone(.backfill))
        #expect(run.state == .active)
        #expect(run.nextPhase == .backfill)
    }

    @Test func `with a moved primary key contract is not undone without enforce`() throws {
        var run = try run(through: .contract, movesPrimaryKey: true)
        let refusal = #expect(throws: Refusal.self) { try run.handle(.rollBack(to: .enforce)) }
        #expect(refusal?.reason == .keyMoved)
        #expect(try run.handle(.rollBack(to: .dualWriteCheck)) == [.undoSteps(.contract), .undoSteps(.enforce)])
    }

    @Test func `a refusal says what would be legal`() throws {
        var run = Run()
        let refusal = #expect(throws: Refusal.self) { try run.handle(.begin(.contract, gate: .open)) }
        #expect(refusal?.legal == ["pause", "verify", "begin expand"])
    }

    private func run(through last: Phase, movesPrimaryKey: Bool = false) throws -> Run {
        var run = Run(movesPrimaryKey: movesPrimaryKey)
        for phase in Phase.allCases where phase <= last {
            for event in [Event.begin(phase, gate: .open), .applied(phase), .verified(phase)] {
                _ = try run.handle(event)
            }
        }
        return run
    }
}
