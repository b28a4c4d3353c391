export { ago, bytes, count, duration, shortId } from './figures.js';
export { causeText, storyOf, type Happening, type StoryLine } from './story.js';
