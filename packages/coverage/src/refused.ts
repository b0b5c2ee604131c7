/** A format that is recognised and not read. */
export interface Refusal {
  /** What it is, as the object of "is …". */
  readonly name: string
  /** How to have one that is read, in whole sentences. */
  readonly advice: string
}

export type RefusalName = keyof typeof REFUSALS

export function refusal(name: RefusalName): { readonly refused: Refusal } {
  return { refused: REFUSALS[name] }
}

const REFUSALS = {
  // JSON
  empty: {
    name: 'an empty JSON object, in which nothing was measured',
    advice:
      'nyc, c8 and Jest write it where no file matches: look at include, exclude and the folder that the test step runs in.',
  },
  'istanbul-summary': {
    name: "Istanbul's coverage-summary.json, which has no lines",
    advice: 'Add the reporter "json" (it writes coverage-final.json), "lcov" or "cobertura".',
  },
  coveralls: {
    name: 'JSON for Coveralls',
    advice: 'Let the tool write LCOV or Cobertura: gcovr --cobertura, grcov -t lcov, phpunit --coverage-cobertura.',
  },
  codecov: {
    name: 'JSON for Codecov',
    advice: 'Let the tool write LCOV or Cobertura: cargo llvm-cov --lcov or --cobertura, grcov -t lcov.',
  },
  covdir: { name: 'covdir JSON of grcov', advice: 'Use grcov -t lcov.' },
  'gcovr-summary': { name: "gcovr's JSON summary, which has no lines", advice: 'Use gcovr --cobertura or --lcov.' },
  'gcovr-json': { name: "gcovr's JSON", advice: 'Use gcovr --cobertura or --lcov (it also reads this file: -a FILE).' },
  'gcov-json': { name: "gcov's JSON", advice: 'Use gcovr --cobertura or lcov --capture.' },
  simplecov: {
    name: 'a SimpleCov result set',
    advice: 'Add the gem simplecov-lcov or simplecov-cobertura as a formatter: a result set knows nothing of :nocov:.',
  },
  'simplecov-json': {
    name: 'JSON of SimpleCov',
    advice: 'Add the gem simplecov-lcov or simplecov-cobertura as a formatter.',
  },
  'llvm-cov': {
    name: 'a JSON export of llvm-cov',
    advice: 'Use llvm-cov export -format=lcov, or cargo llvm-cov --lcov.',
  },
  tarpaulin: { name: "cargo-tarpaulin's JSON", advice: 'Use cargo tarpaulin --out Lcov or --out Xml.' },
  v8: { name: 'raw coverage of V8', advice: 'Use c8 report -r lcov, or deno coverage --lcov.' },
  xccov: { name: 'JSON of xccov', advice: 'Use slather coverage --cobertura-xml, or llvm-cov export -format=lcov.' },
  dart: { name: "Dart's coverage JSON", advice: 'Use dart run coverage:format_coverage --lcov.' },
  'coverlet-json': {
    name: "coverlet's JSON",
    advice: 'Use --collect:"XPlat Code Coverage" (Cobertura), or /p:CoverletOutputFormat=cobertura.',
  },
  'dotnet-summary': {
    name: 'a JSON summary of ReportGenerator, which has no lines',
    advice: 'Use -reporttypes:Cobertura.',
  },
  // XML
  opencover: {
    name: 'OpenCover XML',
    advice:
      'Let coverlet write Cobertura (/p:CoverletOutputFormat=cobertura), or use reportgenerator -reporttypes:Cobertura.',
  },
  'dotnet-coverage': {
    name: 'XML of dotnet-coverage',
    advice: 'Use dotnet-coverage collect -f cobertura, or dotnet-coverage merge -f cobertura.',
  },
  dotcover: {
    name: 'XML of dotCover',
    advice: 'Use dotnet test --collect:"XPlat Code Coverage", which writes Cobertura.',
  },
  sonarqube: {
    name: 'generic coverage for SonarQube',
    advice: 'Let the tool that wrote it also write LCOV or Cobertura: gcovr --cobertura, or the reporter "lcov".',
  },
  crap4j: { name: 'Crap4J XML of PHPUnit', advice: 'Use phpunit --coverage-cobertura.' },
  'phpunit-xml': { name: "PHPUnit's own coverage XML", advice: 'Use phpunit --coverage-cobertura.' },
  scoverage: {
    name: "scoverage's own XML",
    advice: 'Give cobertura.xml, which sbt coverageReport writes too (coverageOutputCobertura := true).',
  },
  junit: { name: 'a report of test results, not of coverage', advice: 'Give the coverage report.' },
  mutations: { name: 'a report of mutation tests', advice: 'Give the coverage report, such as jacoco.xml.' },
  html: {
    name: 'an HTML page',
    advice: 'Let the tool write XML, JSON or LCOV too: coverage xml, the reporter "lcov", jacoco.xml.',
  },
  'phpunit-php': {
    name: "PHPUnit's serialized coverage",
    advice: 'Use phpunit --coverage-cobertura, or phpcov merge --cobertura.',
  },
  // text
  'jacoco-csv': {
    name: "JaCoCo's CSV, which has no lines",
    advice: 'Give the XML, jacoco.xml: Maven writes it too, Gradle with reports { xml.required = true }.',
  },
  'coverage-table': {
    name: 'the table that coverage report prints',
    advice: 'Use coverage xml, coverage json or coverage lcov.',
  },
  gcov: { name: "gcov's text", advice: 'Use gcovr --cobertura or lcov --capture.' },
  'coverage-py-data': { name: "coverage.py's data file", advice: 'Use coverage xml, coverage json or coverage lcov.' },
  // binary
  sqlite: {
    name: "a database (coverage.py's .coverage is one)",
    advice: 'Use coverage xml, coverage json or coverage lcov.',
  },
  'jacoco-exec': {
    name: "JaCoCo's execution data",
    advice: 'Run the report goal (mvn jacoco:report, gradle jacocoTestReport) and give its XML.',
  },
  'llvm-profile': {
    name: 'a profile of LLVM',
    advice: 'Use llvm-profdata merge and llvm-cov export -format=lcov, or cargo llvm-cov --lcov.',
  },
  gcda: { name: 'data of gcc --coverage', advice: 'Use gcovr --cobertura or lcov --capture.' },
  'go-covdata': { name: 'data of GOCOVERDIR', advice: 'Use go tool covdata textfmt -i=DIR -o=cover.out.' },
  zip: { name: 'a zip archive', advice: 'Unpack it first, and give the report in it.' },
  gzip: { name: 'compressed with gzip', advice: 'Unpack it first: gunzip.' },
  binary: { name: 'no text', advice: 'Give the report that the tool writes as XML, JSON, LCOV or text.' },
} as const satisfies Readonly<Record<string, Refusal>>
