import ArgumentParser
import Workflow

extension CompletionKind {
    /// The names of the plans in the folder that the line names with `--plans`, or in the usual one.
    static let plans = CompletionKind.custom { arguments, _, _ in
        let option = arguments.firstIndex(of: "--plans").map { arguments.index(after: $0) }
        let path = option.flatMap { arguments.indices.contains($0) ? arguments[$0] : nil } ?? "Plans"
        let files = try? PlanFolder(path: path).files()
        return files?.map { $0.plan?.name.text ?? $0.stem } ?? []
    }
}
