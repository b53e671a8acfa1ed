import Foundation
import Workflow

/// What a person's word for a plan means, as far as files tell: a file, and the names of runs that it can mean.
struct PlanReference {
    /// The file's plan; else why there is none.
    let plan: Result<Plan, Failure>
    /// The path of the file; nil where there is none.
    let path: String?
    /// The names of runs, the likeliest first.
    let runs: [PlanName]
    /// Whether the word is the plan's name or a path, and not merely that of a file whose plan has another name.
    let isExact: Bool
}

extension PlanFolder {
    /// Looks for a plan by a path, a plan's name, or the name of a file in the folder.
    func reference(_ word: String) -> PlanReference {
        let file: PlanFile
        do {
            file = try self.file(word)
        } catch {
            return PlanReference(plan: .failure(error), path: nil, runs: names(of: word, nil), isExact: true)
        }
        let plan = Result { () throws(Failure) in try file.valid() }
        let name = file.plan?.name
        return PlanReference(
            plan: plan,
            path: file.path,
            runs: names(of: word, name ?? PlanName(file.stem)),
            isExact: Self.isPath(word) || name.map { $0.text == word } ?? true
        )
    }

    /// A name always means the run of that name; a path means the run of the plan in it.
    private func names(of word: String, _ own: PlanName?) -> [PlanName] {
        let spoken =
            Self.isPath(word) ? PlanName(URL(filePath: word).deletingPathExtension().lastPathComponent) : PlanName(word)
        let all = Self.isPath(word) ? [own, own == nil ? spoken : nil] : [spoken, own]
        var seen: Set<PlanName> = []
        return all.compactMap(\.self).filter { seen.insert($0).inserted }
    }
}
