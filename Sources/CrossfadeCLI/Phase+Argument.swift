import ArgumentParser
import Workflow

extension Phase: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument.replacing("-", with: "_")) }

    public static var allValueStrings: [String] { allCases.map(\.rawValue) }
}
