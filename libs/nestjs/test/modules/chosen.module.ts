// oxlint-disable-next-line import/no-default-export -- of several modules it is the default that is booted
export { GreetingsModule as default } from './greetings.module.js';
export { OneModule, OtherModule } from './two.module.js';
