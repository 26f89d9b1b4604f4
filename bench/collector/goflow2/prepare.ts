import { goflow2 } from './build';

console.log(`goflow2: ${await goflow2()}`);
