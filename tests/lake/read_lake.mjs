// An independent reader of a lake table: replays the Delta log, reads the Parquet files with hyparquet, and prints
// the rows of the newest version as canonical CSV, slice after slice. It shares no code with Candour.
//
//   node tests/lake/read_lake.mjs LAKE/COLLECTION-TABLE
//
// Where the table has a checkpoint it reads that too, and fails unless it says the same as the log before it.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const table = process.argv[2]
const logFile = (version, suffix) => join(table, '_delta_log', String(version).padStart(20, '0') + suffix)
const readRows = async path => parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })

function field(value, type) {
  if (value === null || value === undefined) return ''
  if (type === 'date') return value.toISOString().slice(0, 10)
  const text = String(value)
  return text === '' || /[",\r\n]/.test(text) || text.startsWith('\ufeff') ? `"${text.replaceAll('"', '""')}"` : text
}

async function compareCheckpoint(version, files, transactions) {
  const actions = await readRows(logFile(version, '.checkpoint.parquet'))
  const added = actions.filter(action => action.add).map(action => action.add)
  assert.deepEqual(added.map(add => add.path).sort(), [...files.keys()].sort())
  for (const add of added) {
    const logged = files.get(add.path)
    assert.equal(Number(add.size), logged.size)
    assert.equal(add.stats, logged.stats)
    assert.deepEqual(Object.fromEntries(Object.entries(add.tags)), logged.tags)
  }
  const versions = actions.filter(action => action.txn).map(({ txn }) => [txn.appId, Number(txn.version)])
  assert.deepEqual(new Map(versions), transactions)
  assert.equal(actions.find(action => action.protocol).protocol.minReaderVersion, 1)
  assert.equal(actions.find(action => action.metaData).metaData.schemaString, schema)
  assert.equal(JSON.parse(readFileSync(join(table, '_delta_log', '_last_checkpoint'))).version >= version, true)
}

const files = new Map()
const transactions = new Map()
let schema
for (let version = 0; existsSync(logFile(version, '.json')); version++) {
  for (const line of readFileSync(logFile(version, '.json'), 'utf8').trimEnd().split('\n')) {
    const { metaData, txn, remove, add } = JSON.parse(line)
    if (metaData) schema = metaData.schemaString
    if (txn) transactions.set(txn.appId, txn.version)
    if (remove) assert(files.delete(remove.path))
    if (add) files.set(add.path, add)
  }
  if (existsSync(logFile(version, '.checkpoint.parquet'))) await compareCheckpoint(version, files, transactions)
}

const fields = JSON.parse(schema).fields
const slice = add => `${add.tags['candour.submitter']}\n${add.tags['candour.period']}`
let csv = fields.map(({ name }) => name).join(',') + '\n'
for (const add of [...files.values()].sort((a, b) => (slice(a) < slice(b) ? -1 : 1))) {
  const rows = await readRows(join(table, decodeURIComponent(add.path)))
  assert.equal(rows.length, JSON.parse(add.stats).numRecords)
  for (const row of rows) csv += fields.map(({ name, type }) => field(row[name], type)).join(',') + '\n'
}
process.stdout.write(csv)
