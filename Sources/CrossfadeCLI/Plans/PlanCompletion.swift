import ArgumentParser
import Foundation
import Workflow

extension CompletionKind {
    /// The names of the plans in the folder that the line names with `--plans`, or in the usual one.
    static let plans = CompletionKind.custom { words, _, _ in
        // A shell hands over what was typed, with a tilde that it has not replaced yet.
        let path = NSString(string: folder(in: words)).expandingTildeInPath
        // A folder that cannot be read has no names to offer; there is nobody to tell while a person types.
        let files = (try? PlanFolder(path: path).files()) ?? []
        return files.map { $0.plan?.name.text ?? $0.stem }
    }

    private static func folder(in words: [String]) -> String {
        let option = "--plans"
        for (index, word) in words.enumerated() {
            if word.hasPrefix("\(option)=") { return String(word.dropFirst(option.count + 1)) }
            guard word == option else { continue }
            // bash takes '=' for a word of its own.
            let value = words[(index + 1)...].first { $0 != "=" }
            if let value { return value }
        }
        return GlobalOptions.plansFolder
    }
}
