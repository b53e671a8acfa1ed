import Diagnostics
import Foundation
import Workflow

extension Brownout {
    /// How it ended, and who named the old shape.
    func write(to page: inout Page) {
        let style = page.style
        switch outcome {
        case .held:
            page.line("\(style.marked(.done, "held")): the old shape was \(away), and no session was seen to name it")
        case .inconclusive:
            page.line(
                "\(style.marked(.waiting, "inconclusive")): the old shape was \(away), no session was seen to name it, and "
                    + "transactions failed"
            )
        case .named:
            page.line("\(style.marked(.wrong, "ended")): the old shape was \(away), and is still in use")
        case .ended:
            page.line(
                "\(style.marked(.waiting, "ended")) before its time: the old shape was \(away), which proves nothing"
            )
        case .kept:
            page.line("\(style.marked(.wrong, "kept")): the old shape could not be set back without loss")
        case nil: page.line("\(style.marked(.working, "under way")): the old shape is \(away)")
        }
        for sighting in sightings.prefix(10) { page.line(Gate.missing(sighting).harmless, indent: 2, hanging: 2) }
        if let rollbacks, rollbacks > 0 {
            let count = rollbacks.counted("transaction")
            let line =
                "\(count) of the database rolled back meanwhile, for an unknown reason: the server's log tells more"
            page.line(line, indent: 2, hanging: 2)
        }
        if sightings.count > 10 { page.line("and \(sightings.count - 10) more", indent: 2) }
    }

    /// In one line, while it is under way.
    var spoken: String {
        guard let until else { return "the old shape is about to be set aside, for \(duration.inWords)" }
        return "the old shape is away until \(until.spoken), and is then set back"
    }

    /// For how long the old shape was away, and of how long: `away for 2 s of 10m`.
    private var away: String {
        guard let retiredAt else { return "not away yet" }
        guard let endedAt else { return "away since \(retiredAt.spoken)" }
        return "away for \(Duration.seconds(endedAt.timeIntervalSince(retiredAt)).spoken) of \(duration.inWords)"
    }
}

extension Brownout.Outcome {
    var mark: Mark {
        switch self {
        case .held: .done
        case .named, .kept: .wrong
        case .ended, .inconclusive: .waiting
        }
    }
}
