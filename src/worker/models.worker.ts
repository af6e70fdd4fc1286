import { expose } from 'comlink';
import { LibraryService } from './models-service.ts';

expose(new LibraryService());
