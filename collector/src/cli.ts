import { Command } from 'commander';
import packageJson from '../package.json';
import { checkConfigCommand } from './commands/checkConfig';
import { decodeCommand } from './commands/decode';
import { replayCommand, type ReplayOptions } from './commands/replay';
import { runCommand } from './commands/run';
import { statusCommand, type StatusOptions } from './commands/status';

const io = { env: process.env, stdout: process.stdout, stderr: process.stderr };

const program = new Command('collector')
  .description('Receives IPFIX, NetFlow and sFlow, adds Kubernetes names, stores the flows in Loki.')
  .version(packageJson.version)
  .showHelpAfterError();

program
  .command('run')
  .description('receive, and store in Loki, until a signal')
  .option('-c, --config <file>', 'YAML configuration; without it, settings come from the environment alone')
  .action(async ({ config }: { config?: string }) => {
    process.exitCode = await runCommand(config, io);
  });

program
  .command('check-config')
  .description('check a configuration file')
  .argument('<file>')
  .action(async (file: string) => {
    process.exitCode = await checkConfigCommand(file, io);
  });

program
  .command('status')
  .description('ask a running collector how it is doing: exporters, rates, losses')
  .option('-u, --url <address>', 'its HTTP address; http://127.0.0.1:9469 where left out')
  .option('-c, --config <file>', 'its configuration, whose http.listen tells the address')
  .option('--json', 'print its answer as JSON')
  .action(async (options: StatusOptions) => {
    process.exitCode = await statusCommand(options, io);
  });

program
  .command('decode')
  .description('print the flows of capture files (pcap, recorded .jsonl, raw payloads), one JSON object a line')
  .argument('<files...>')
  .action(async (files: string[]) => {
    process.exitCode = await decodeCommand(files, io);
  });

program
  .command('replay')
  .description('send the datagrams of capture files again, by UDP or straight into the stages of a collector')
  .argument('<files...>')
  .option('--to <address>', 'UDP address to send to (default 127.0.0.1:2055)')
  .option('--config <file>', 'go straight into a collector with this configuration, and its Loki, without the network')
  .option('--pace <pace>', 'original, original*10, asap, or datagrams a second (default original; asap with --config)')
  .action(async (files: string[], options: ReplayOptions) => {
    process.exitCode = await replayCommand(files, options, io);
  });

await program.parseAsync();
